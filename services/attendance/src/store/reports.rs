//! Month reports as aggregates: the row that is locked, its draft and its revisions.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Day, DbError, Inconsistency, Instant};
use platform::outbox::Revision as RecordRevision;
use sqlx::PgConnection;

use super::revisions::{self, Limits};
use super::{drafts, inconsistent};
use crate::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
use crate::domain::report::{Content, Etag, MonthReport, Revision, Subject};
use crate::domain::rule_set::RuleSetCode;

struct ReportRow {
    month_report_id: MonthReportId,
    placement_id: PlacementId,
    month: Day,
    person_id: PersonId,
    organisation_id: OrganisationId,
    unit_id: UnitId,
    rule_set: String,
    etag: i64,
    draft_saved_at: Option<Instant>,
    latest_revision: i32,
}

/// Reads whole rows; what follows is the rest of the statement and its arguments.
macro_rules! select {
    ($tail:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            ReportRow,
            r#"select month_report_id as "month_report_id: MonthReportId", placement_id as "placement_id: PlacementId", month,
            person_id as "person_id: PersonId", organisation_id as "organisation_id: OrganisationId",
            unit_id as "unit_id: UnitId", rule_set, etag, draft_saved_at, latest_revision
        from month_reports "# + $tail
            $($arguments)*
        )
    };
}

/// A report as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    pub report: MonthReport,
    /// When the draft was saved.
    pub draft_saved_at: Option<Timestamp>,
}

/// What a submission adds.
#[derive(Clone, Copy, Debug)]
pub struct Submitted<'s> {
    pub content: &'s Content,
    pub limits: Limits,
}

/// Makes sure that there is a row to lock. A rival's is taken as it is; answers whether it is the caller's own, which is
/// locked with that.
pub async fn begin(connection: &mut PgConnection, report: &MonthReport) -> Result<bool, DbError> {
    let begun = sqlx::query!(
        "insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (placement_id, month) do nothing",
        report.month_report_id as _,
        report.subject.placement_id as _,
        Day(report.month.first_day()) as _,
        report.subject.person_id as _,
        report.subject.organisation_id as _,
        report.subject.unit_id as _,
        report.rule_set.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(begun.rows_affected() == 1)
}

pub async fn find(
    connection: &mut PgConnection,
    placement: PlacementId,
    month: Month,
) -> Result<Option<StoredReport>, DbError> {
    let row = select!(
        "where placement_id = $1 and month = $2",
        placement as _,
        Day(month.first_day()) as _,
    )
    .fetch_optional(&mut *connection)
    .await?;
    load(connection, row).await
}

pub async fn lock(
    connection: &mut PgConnection,
    placement: PlacementId,
    month: Month,
) -> Result<Option<StoredReport>, DbError> {
    let row = select!(
        "where placement_id = $1 and month = $2 for update",
        placement as _,
        Day(month.first_day()) as _,
    )
    .fetch_optional(&mut *connection)
    .await?;
    load(connection, row).await
}

pub async fn lock_by_id(
    connection: &mut PgConnection,
    id: MonthReportId,
) -> Result<Option<StoredReport>, DbError> {
    let row = select!("where month_report_id = $1 for update", id as _,)
        .fetch_optional(&mut *connection)
        .await?;
    load(connection, row).await
}

/// The report as it stands, not locked.
pub async fn find_by_id(
    connection: &mut PgConnection,
    id: MonthReportId,
) -> Result<Option<StoredReport>, DbError> {
    let row = select!("where month_report_id = $1", id as _,)
        .fetch_optional(&mut *connection)
        .await?;
    load(connection, row).await
}

/// The reports of some placements' months, locked in the order of ids.
pub async fn lock_all(
    connection: &mut PgConnection,
    wanted: &[(PlacementId, Month)],
) -> Result<Vec<StoredReport>, DbError> {
    let placements: Vec<PlacementId> = wanted.iter().map(|(placement, _)| *placement).collect();
    let months: Vec<Day> = wanted.iter().map(|(_, month)| Day(month.first_day())).collect();
    let rows = select!(
        "where (placement_id, month) in (select * from unnest($1::uuid[], $2::date[]))
        order by month_report_id for update",
        &placements as _,
        &months as _,
    )
    .fetch_all(&mut *connection)
    .await?;
    load_all(connection, rows).await
}

/// Those that were submitted, in the order of ids, locked, for writing all of them out.
pub async fn lock_page(
    connection: &mut PgConnection,
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<MonthReport>, DbError> {
    let rows = select!(
        "where ($1::uuid is null or month_report_id > $1) and latest_revision > 0
        order by month_report_id limit $2 for update",
        after as _,
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    submitted(connection, rows).await
}

/// The submitted reports of a person under any id, by month, without their drafts.
pub async fn of_persons(
    connection: &mut PgConnection,
    persons: &[PersonId],
    after: Option<(Date, MonthReportId)>,
    limit: i64,
) -> Result<Vec<MonthReport>, DbError> {
    let rows = select!(
        "where person_id = any($1) and latest_revision > 0
            and ($2::date is null or (month, month_report_id) > ($2, $3::uuid))
        order by month, month_report_id limit $4",
        persons as _,
        after.map(|(month, _)| Day(month)) as _,
        after.map(|(_, id)| id) as _,
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    submitted(connection, rows).await
}

/// Writes what differs. `record` is the revision of the record that was published of it, if one was.
pub async fn save(
    connection: &mut PgConnection,
    before: &MonthReport,
    after: &MonthReport,
    submitted: Option<Submitted<'_>>,
    record: Option<RecordRevision>,
    now: Timestamp,
) -> Result<(), DbError> {
    update_row(connection, before, after, record, now).await?;
    if before.draft != after.draft {
        let (old, new) = (before.draft.as_ref(), after.draft.as_ref());
        drafts::replace(connection, after.month_report_id, old, new).await?;
    }
    // The answer that ends comes before the one that begins to wait: one waits at a time.
    for revision in &after.revisions {
        if before
            .revision(revision.number)
            .is_some_and(|known| known != revision)
        {
            revisions::update_answer(connection, after.month_report_id, revision).await?;
        }
    }
    match (submitted, after.last()) {
        (Some(Submitted { content, limits }), Some(last)) => {
            revisions::insert(connection, last, content, &limits).await
        }
        (Some(_) | None, None) | (None, Some(_)) => Ok(()),
    }
}

async fn update_row(
    connection: &mut PgConnection,
    before: &MonthReport,
    after: &MonthReport,
    record: Option<RecordRevision>,
    now: Timestamp,
) -> Result<(), DbError> {
    let saved_now = after.draft.as_ref().map(|_| Instant::from(now));
    let latest = after.last().map_or(0, |last| revisions::signed(last.number));
    let updated = sqlx::query!(
        "update month_reports set person_id = $2, organisation_id = $3, unit_id = $4, rule_set = $5, etag = $6,
            draft_saved_at = case when $7 then $8::timestamptz else draft_saved_at end, latest_revision = $9,
            revision_epoch = coalesce($10, revision_epoch), revision_n = coalesce($11, revision_n), status = $12
        where month_report_id = $1",
        after.month_report_id as _,
        after.subject.person_id as _,
        after.subject.organisation_id as _,
        after.subject.unit_id as _,
        after.rule_set.as_str(),
        i64::try_from(after.etag.0).unwrap_or(i64::MAX),
        before.draft != after.draft,
        saved_now as _,
        latest,
        record.map(|record| record.epoch),
        record.map(|record| record.n),
        after.status().code(),
    )
    .execute(connection)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent("month_reports", "month_report_id", after.month_report_id).into())
    }
}

async fn submitted(connection: &mut PgConnection, rows: Vec<ReportRow>) -> Result<Vec<MonthReport>, DbError> {
    let ids: Vec<MonthReportId> = rows.iter().map(|row| row.month_report_id).collect();
    let mut revisions = revisions::of_reports(connection, &ids).await?;
    let reports = rows.into_iter().map(|row| {
        let of_report = revisions.remove(&row.month_report_id).unwrap_or_default();
        row.into_report(of_report)
    });
    Ok(reports.collect::<Result<_, _>>()?)
}

async fn load(
    connection: &mut PgConnection,
    row: Option<ReportRow>,
) -> Result<Option<StoredReport>, DbError> {
    Ok(load_all(connection, row.into_iter().collect()).await?.pop())
}

async fn load_all(connection: &mut PgConnection, rows: Vec<ReportRow>) -> Result<Vec<StoredReport>, DbError> {
    let with = |has: fn(&ReportRow) -> bool| -> Vec<MonthReportId> {
        let rows = rows.iter().filter(|row| has(row));
        rows.map(|row| row.month_report_id).collect()
    };
    let submitted = with(|row| row.latest_revision > 0);
    let drafted = with(|row| row.draft_saved_at.is_some());
    let mut revisions = revisions::of_reports(connection, &submitted).await?;
    let mut drafts = drafts::of_reports(connection, &drafted).await?;
    let stored = rows.into_iter().map(|row| {
        let id = row.month_report_id;
        let draft_saved_at: Option<Timestamp> = row.draft_saved_at.map(Into::into);
        let mut report = row.into_report(revisions.remove(&id).unwrap_or_default())?;
        report.draft = draft_saved_at.map(|_| drafts.remove(&id).unwrap_or_default());
        Ok(StoredReport {
            report,
            draft_saved_at,
        })
    });
    Ok(stored.collect::<Result<_, Inconsistency>>()?)
}

impl ReportRow {
    // Without the draft, which has a table of its own.
    fn into_report(self, revisions: Vec<Revision>) -> Result<MonthReport, Inconsistency> {
        let wrong = |column| inconsistent("month_reports", column, self.month_report_id);
        Ok(MonthReport {
            month_report_id: self.month_report_id,
            subject: Subject {
                placement_id: self.placement_id,
                person_id: self.person_id,
                organisation_id: self.organisation_id,
                unit_id: self.unit_id,
            },
            month: Month::of(self.month.into()),
            rule_set: RuleSetCode::parse(&self.rule_set).map_err(|_| wrong("rule_set"))?,
            etag: Etag(u64::try_from(self.etag).map_err(|_| wrong("etag"))?),
            draft: None,
            revisions,
        })
    }
}
