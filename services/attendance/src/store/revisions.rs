//! Submitted revisions with their days, which are never changed, and the answers to them.

use std::collections::HashMap;

use jiff::Timestamp;
use platform::db::{Day, DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::drafts::Columns;
use super::{code, inconsistent};
use crate::domain::hours::{Hours, Row};
use crate::domain::ids::{MonthReportId, SignatureId};
use crate::domain::month::Month;
use crate::domain::placement::Period;
use crate::domain::report::{Answer, Content, ContentHash, Revision};

/// What a new revision is stored with beside its own facts: copied, so that the rules about a day are constraints.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub day_cap_minutes: u16,
    pub period: Period,
}

pub(super) struct RevisionRow {
    pub month_report_id: MonthReportId,
    pub revision: i32,
    pub content_hash: Vec<u8>,
    pub credited_minutes: i32,
    pub submitted_at: Instant,
    pub answer_before: Instant,
    pub answer: String,
    pub answered_at: Option<Instant>,
    pub signature_id: Option<SignatureId>,
    pub first_shown_at: Option<Instant>,
}

struct DayRow {
    month_report_id: MonthReportId,
    revision: i32,
    day: Day,
    activity_code: String,
    minutes: i32,
    credited_minutes: i32,
}

/// The revisions of each report, rising.
pub(super) async fn of_reports(
    connection: &mut PgConnection,
    ids: &[MonthReportId],
) -> Result<HashMap<MonthReportId, Vec<Revision>>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query_as!(
        RevisionRow,
        r#"select month_report_id as "month_report_id: MonthReportId", revision, content_hash, credited_minutes,
            submitted_at, answer_before, answer, answered_at, signature_id as "signature_id: SignatureId", first_shown_at
        from month_revisions join month_answers using (month_report_id, revision)
        where month_report_id = any($1) order by month_report_id, revision"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut revisions: HashMap<MonthReportId, Vec<Revision>> = HashMap::new();
    for row in rows {
        revisions
            .entry(row.month_report_id)
            .or_default()
            .push(row.try_into()?);
    }
    Ok(revisions)
}

/// The hours of one revision of each of some reports. A zero month has none and is not in the answer.
pub async fn hours_of_reports(
    connection: &mut PgConnection,
    wanted: &[(MonthReportId, Month, u32)],
) -> Result<HashMap<MonthReportId, Hours>, DbError> {
    let ids: Vec<MonthReportId> = wanted.iter().map(|(id, ..)| *id).collect();
    let months: Vec<Day> = wanted
        .iter()
        .map(|(_, month, _)| Day(month.first_day()))
        .collect();
    let numbers: Vec<i32> = wanted.iter().map(|(.., number)| signed(*number)).collect();
    let rows = sqlx::query_as!(
        DayRow,
        r#"select days.month_report_id as "month_report_id: MonthReportId", days.revision, days.day,
            activity.code as "activity_code!", activity.minutes as "minutes!", activity.credited as "credited_minutes!"
        from unnest($1::uuid[], $2::date[], $3::integer[]) wanted (id, month, revision)
            join month_days days on days.month = wanted.month and days.month_report_id = wanted.id
                and days.revision = wanted.revision,
            unnest(days.activity_codes, days.minutes, days.credited) activity (code, minutes, credited)"#,
        &ids as _,
        &months as _,
        &numbers,
    )
    .fetch_all(connection)
    .await?;
    let mut by_report: HashMap<MonthReportId, Vec<Row>> = HashMap::new();
    for row in rows {
        let of_report = by_report.entry(row.month_report_id).or_default();
        of_report.push(row.try_into()?);
    }
    let hours = by_report.into_iter().map(|(id, rows)| {
        let hours = Hours::parse(rows).map_err(|_| inconsistent("month_days", "activity_codes", id))?;
        Ok((id, hours))
    });
    Ok(hours.collect::<Result<_, Inconsistency>>()?)
}

/// The hours of some revisions of a report, by number. A zero month has none and is not in the answer.
pub async fn hours(
    connection: &mut PgConnection,
    id: MonthReportId,
    month: Month,
    numbers: &[u32],
) -> Result<HashMap<u32, Hours>, DbError> {
    let numbers: Vec<i32> = numbers.iter().map(|number| signed(*number)).collect();
    let rows = sqlx::query_as!(
        DayRow,
        r#"select month_report_id as "month_report_id: MonthReportId", revision, day,
            activity.code as "activity_code!", activity.minutes as "minutes!", activity.credited as "credited_minutes!"
        from month_days, unnest(activity_codes, minutes, credited) activity (code, minutes, credited)
        where month = $1 and month_report_id = $2 and revision = any($3)"#,
        Day(month.first_day()) as _,
        id as _,
        &numbers,
    )
    .fetch_all(connection)
    .await?;
    let mut by_revision: HashMap<u32, Vec<Row>> = HashMap::new();
    for row in rows {
        let number = number(row.month_report_id, row.revision)?;
        by_revision.entry(number).or_default().push(row.try_into()?);
    }
    let hours = by_revision.into_iter().map(|(number, rows)| {
        let hours = Hours::parse(rows).map_err(|_| inconsistent("month_days", "activity_codes", id))?;
        Ok((number, hours))
    });
    Ok(hours.collect::<Result<_, Inconsistency>>()?)
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    revision: &Revision,
    content: &Content,
    limits: &Limits,
) -> Result<(), DbError> {
    sqlx::query!(
        "with revision as (
            insert into month_revisions (month_report_id, revision, content_hash, canonical, credited_minutes,
                submitted_at, answer_before)
            values ($1, $2, $3, $4, $5, $6, $7) returning month_report_id, revision
        )
        insert into month_answers (month_report_id, revision, answer) select month_report_id, revision, 'waiting' from revision",
        content.month_report_id as _,
        signed(revision.number),
        revision.content_hash.0.as_slice(),
        content.canonical_bytes(),
        signed(revision.credited_minutes),
        Instant::from(revision.submitted_at) as _,
        Instant::from(revision.answer_before) as _,
    )
    .execute(&mut *connection)
    .await?;
    insert_days(connection, content, limits).await
}

async fn insert_days(
    connection: &mut PgConnection,
    content: &Content,
    limits: &Limits,
) -> Result<(), DbError> {
    if content.hours.is_zero_month() {
        return Ok(());
    }
    let columns = Columns::of(content.hours.rows());
    sqlx::query!(
        r#"insert into month_days (month, month_report_id, revision, day, activity_codes, minutes, credited,
            credited_minutes, cap_minutes, period_from, period_to)
        select $1, $2, $3, entry.day, array_agg(entry.code order by entry.code collate "C"),
            array_agg(entry.minutes order by entry.code collate "C"),
            array_agg(entry.credited order by entry.code collate "C"), sum(entry.credited), $4, $5, $6
        from unnest($7::date[], $8::text[], $9::integer[], $10::integer[]) entry (day, code, minutes, credited)
        group by entry.day"#,
        Day(content.month.first_day()) as _,
        content.month_report_id as _,
        signed(content.revision),
        i32::from(limits.day_cap_minutes),
        Day(limits.period.from) as _,
        Day(limits.period.last_day()) as _,
        &columns.days as _,
        &columns.codes,
        &columns.minutes,
        &columns.credited,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn update_answer(
    connection: &mut PgConnection,
    id: MonthReportId,
    revision: &Revision,
) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update month_answers set answer = $3, answered_at = $4, signature_id = $5, first_shown_at = $6
        where month_report_id = $1 and revision = $2",
        id as _,
        signed(revision.number),
        code_of(revision.answer),
        revision.answer.at().map(Instant::from) as _,
        revision.answer.signature_id() as _,
        revision.first_shown_at.map(Instant::from) as _,
    )
    .execute(connection)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent("month_answers", "revision", id).into())
    }
}

pub(super) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn number(id: MonthReportId, number: i32) -> Result<u32, Inconsistency> {
    u32::try_from(number).map_err(|_| inconsistent("month_revisions", "revision", id))
}

fn code_of(answer: Answer) -> &'static str {
    match answer {
        Answer::Waiting => "waiting",
        Answer::Approved { .. } => "approved",
        Answer::Rejected { .. } => "rejected",
        Answer::Lapsed { .. } => "lapsed",
        Answer::Superseded { .. } => "superseded",
    }
}

impl RevisionRow {
    fn answer(&self) -> Option<Answer> {
        let at = self.answered_at.map(Timestamp::from);
        match self.answer.as_str() {
            "waiting" => Some(Answer::Waiting),
            "approved" => Some(Answer::Approved {
                at: at?,
                signature_id: self.signature_id?,
            }),
            "rejected" => Some(Answer::Rejected { at: at? }),
            "lapsed" => Some(Answer::Lapsed { at: at? }),
            "superseded" => Some(Answer::Superseded { at: at? }),
            _ => None,
        }
    }
}

impl TryFrom<RevisionRow> for Revision {
    type Error = Inconsistency;

    fn try_from(row: RevisionRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("month_revisions", column, row.month_report_id);
        let hash = row.content_hash.as_slice().try_into();
        Ok(Self {
            number: number(row.month_report_id, row.revision)?,
            content_hash: ContentHash(hash.map_err(|_| wrong("content_hash"))?),
            credited_minutes: u32::try_from(row.credited_minutes).map_err(|_| wrong("credited_minutes"))?,
            submitted_at: row.submitted_at.into(),
            answer_before: row.answer_before.into(),
            first_shown_at: row.first_shown_at.map(Into::into),
            answer: row.answer().ok_or_else(|| wrong("answer"))?,
        })
    }
}

impl TryFrom<DayRow> for Row {
    type Error = Inconsistency;

    fn try_from(row: DayRow) -> Result<Self, Inconsistency> {
        let id = row.month_report_id;
        let small = |minutes| u16::try_from(minutes).map_err(|_| inconsistent("month_days", "minutes", id));
        Ok(Self {
            day: row.day.into(),
            activity: code(&row.activity_code, "month_days", id)?,
            minutes: small(row.minutes)?,
            credited_minutes: small(row.credited_minutes)?,
        })
    }
}
