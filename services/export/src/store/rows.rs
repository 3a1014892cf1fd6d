//! Rows of runs. They are written in bulk and read by ranges of their keys, so that a run of a million rows needs no
//! more memory than one batch.

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

use super::inconsistent;
use super::runs::Run;
use crate::domain::ids::{MonthReportId, PartId, PersonId, PlacementId, PortionId, RunId};
use crate::domain::part::PartStage;
use crate::domain::plan::{Candidate, Decision};
use crate::domain::reason::Reason;
use crate::domain::receipt::RefusalCode;
use crate::domain::row::{RowOutcome, RowState};

/// A row that is to be authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    pub report: MonthReportId,
    pub revision: i32,
    pub person: PersonId,
}

/// A row as it goes into the file, but for the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub report: MonthReportId,
    pub revision: i32,
    pub person: PersonId,
    pub first_on: jiff::civil::Date,
    pub last_on: jiff::civil::Date,
    pub ka_number: String,
    pub credited_minutes: i32,
}

/// A row as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub report: MonthReportId,
    pub revision: i32,
    pub placement: PlacementId,
    pub person: PersonId,
    pub outcome: RowOutcome,
    pub refusal_code: Option<String>,
    pub part: Option<PartId>,
}

struct LeavingRow {
    month_report_id: MonthReportId,
    revision: i32,
    person_id: PersonId,
    first_on: Option<Day>,
    last_on: Option<Day>,
    ka_number: Option<String>,
    credited_minutes: i32,
}

struct ToldRow {
    month_report_id: MonthReportId,
    revision: i32,
    placement_id: PlacementId,
    person_id: PersonId,
    state: String,
    reason: Option<String>,
    refusal_code: Option<String>,
    part_id: Option<PartId>,
    part_stage: Option<String>,
    part_ending: Option<String>,
}

/// The columns of rows that are inserted together.
#[derive(Default)]
struct Columns {
    reports: Vec<MonthReportId>,
    revisions: Vec<i32>,
    placements: Vec<PlacementId>,
    persons: Vec<PersonId>,
    organisations: Vec<uuid::Uuid>,
    training: Vec<Option<bool>>,
    first_on: Vec<Option<Day>>,
    last_on: Vec<Option<Day>>,
    ka_numbers: Vec<Option<String>>,
    minutes: Vec<i32>,
    states: Vec<String>,
    reasons: Vec<Option<String>>,
}

/// Writes what was decided of candidates.
pub async fn insert(
    connection: &mut PgConnection,
    run: &Run,
    decided: &[(Candidate, Decision)],
) -> Result<(), DbError> {
    let columns = Columns::of(decided);
    sqlx::query!(
        r#"
        insert into run_rows (run_id, month_on, recipient, month_report_id, revision, placement_id, person_id,
            organisation_id, is_training, first_on, last_on, ka_number, credited_minutes, state, reason)
        select $1, $2, $3, * from unnest($4::uuid[], $5::int[], $6::uuid[], $7::uuid[], $8::uuid[], $9::bool[],
            $10::date[], $11::date[], $12::text[], $13::int[], $14::text[], $15::text[])
        "#,
        run.id as _,
        Day(run.month.first_day()) as _,
        run.recipient.code(),
        &columns.reports as _,
        &columns.revisions,
        &columns.placements as _,
        &columns.persons as _,
        &columns.organisations,
        &columns.training as _,
        &columns.first_on as _,
        &columns.last_on as _,
        &columns.ka_numbers as _,
        &columns.minutes,
        &columns.states,
        &columns.reasons as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts the first planned rows that are in no part yet into a part; answers how many.
pub async fn fill_part(
    connection: &mut PgConnection,
    run: RunId,
    part: PartId,
    limit: i64,
) -> Result<u64, DbError> {
    let filled = sqlx::query!(
        r#"
        with next as (
            select month_report_id from run_rows
            where run_id = $1 and state = 'planned' and part_id is null and portion_id is null
            order by month_report_id limit $3
        )
        update run_rows set part_id = $2
        where run_id = $1 and state = 'planned' and part_id is null and portion_id is null
            and month_report_id <= (select month_report_id from next order by month_report_id desc limit 1)
        "#,
        run as _,
        part as _,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(filled.rows_affected())
}

/// How many rows in a state are in no part or portion yet, counted up to `limit`.
pub async fn unassigned(
    connection: &mut PgConnection,
    run: RunId,
    state: RowState,
    limit: i64,
) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from (
            select from run_rows
            where run_id = $1 and state = $2 and part_id is null and portion_id is null limit $3
        ) as first
        "#,
        run as _,
        state.code(),
        limit,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Puts the first withheld rows that are in no part or portion into a portion; answers how many.
pub async fn fill_portion(
    connection: &mut PgConnection,
    run: RunId,
    portion: PortionId,
    limit: i64,
) -> Result<u64, DbError> {
    let filled = sqlx::query!(
        r#"
        with next as (
            select month_report_id from run_rows
            where run_id = $1 and state = 'withheld' and part_id is null and portion_id is null
            order by month_report_id limit $3
        )
        update run_rows set portion_id = $2
        where run_id = $1 and state = 'withheld' and part_id is null and portion_id is null
            and month_report_id <= (select month_report_id from next order by month_report_id desc limit 1)
        "#,
        run as _,
        portion as _,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(filled.rows_affected())
}

/// Planned rows of a part after `after`.
pub async fn planned(
    connection: &mut PgConnection,
    part: PartId,
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Planned>, DbError> {
    let rows = sqlx::query_as!(
        Planned,
        r#"
        select month_report_id as "report: MonthReportId", revision, person_id as "person: PersonId"
        from run_rows
        where part_id = $1 and state = 'planned' and ($2::uuid is null or month_report_id > $2)
        order by month_report_id limit $3
        "#,
        part as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

pub async fn count_planned(connection: &mut PgConnection, part: PartId) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from run_rows where part_id = $1 and state = 'planned'"#,
        part as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Planned rows of a part after `after`, with what stands in the file.
pub async fn leaving(
    connection: &mut PgConnection,
    part: PartId,
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Leaving>, DbError> {
    let rows = sqlx::query_as!(
        LeavingRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", revision, person_id as "person_id: PersonId",
            first_on, last_on, ka_number, credited_minutes
        from run_rows
        where part_id = $1 and state = 'planned' and ($2::uuid is null or month_report_id > $2)
        order by month_report_id limit $3
        "#,
        part as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// Withholds planned rows of a part; answers how many that were.
pub async fn withhold(
    connection: &mut PgConnection,
    part: PartId,
    rows: &[(MonthReportId, Reason)],
) -> Result<u64, DbError> {
    let reports: Vec<MonthReportId> = rows.iter().map(|(report, _)| *report).collect();
    let reasons: Vec<String> = rows.iter().map(|(_, reason)| reason.code().to_owned()).collect();
    let withheld = sqlx::query!(
        r#"
        update run_rows set state = 'withheld', reason = refused.reason
        from unnest($2::uuid[], $3::text[]) as refused (month_report_id, reason)
        where part_id = $1 and run_rows.month_report_id = refused.month_report_id and state = 'planned'
        "#,
        part as _,
        &reports as _,
        &reasons,
    )
    .execute(connection)
    .await?;
    Ok(withheld.rows_affected())
}

/// Takes a receipt: what it refuses is refused, every other planned row of the part is receipted.
pub async fn receipt(
    connection: &mut PgConnection,
    part: PartId,
    refused: &[(MonthReportId, RefusalCode)],
) -> Result<(), DbError> {
    let reports: Vec<MonthReportId> = refused.iter().map(|(report, _)| *report).collect();
    let codes: Vec<String> = refused.iter().map(|(_, code)| code.as_str().to_owned()).collect();
    sqlx::query!(
        r#"
        update run_rows set state = 'refused', refusal_code = refused.code
        from unnest($2::uuid[], $3::text[]) as refused (month_report_id, code)
        where part_id = $1 and run_rows.month_report_id = refused.month_report_id and state = 'planned'
        "#,
        part as _,
        &reports as _,
        &codes,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update run_rows set state = 'receipted' where part_id = $1 and state = 'planned'",
        part as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives up planned rows: of a part, or of a run those that are in none.
pub async fn cancel(connection: &mut PgConnection, run: RunId, part: Option<PartId>) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update run_rows set state = 'cancelled'
        where run_id = $1 and state = 'planned' and part_id is not distinct from $2
        "#,
        run as _,
        part as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The rows of a part, for its record.
pub async fn of_part(connection: &mut PgConnection, part: PartId) -> Result<Vec<Told>, DbError> {
    let rows = sqlx::query_as!(
        ToldRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", revision,
            placement_id as "placement_id: PlacementId", person_id as "person_id: PersonId", state, reason,
            refusal_code, part_id as "part_id: PartId", stage as "part_stage?", ending as "part_ending"
        from run_rows join parts using (part_id)
        where part_id = $1 order by month_report_id
        "#,
        part as _,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// The rows of a portion, for its record.
pub async fn of_portion(connection: &mut PgConnection, portion: PortionId) -> Result<Vec<Told>, DbError> {
    let rows = sqlx::query_as!(
        ToldRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", revision,
            placement_id as "placement_id: PlacementId", person_id as "person_id: PersonId", state, reason,
            refusal_code, part_id as "part_id: PartId", null as "part_stage?: String", null as "part_ending?: String"
        from run_rows where portion_id = $1 order by month_report_id
        "#,
        portion as _,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// A page of a run's rows after `after`, whatever their outcome.
pub async fn of_run(
    connection: &mut PgConnection,
    run: RunId,
    state: Option<&str>,
    stages: &[&str],
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Told>, DbError> {
    let stages: Vec<String> = stages.iter().map(|&stage| stage.to_owned()).collect();
    let rows = sqlx::query_as!(
        ToldRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", revision,
            placement_id as "placement_id: PlacementId", person_id as "person_id: PersonId", state, reason,
            refusal_code, part_id as "part_id: PartId", stage as "part_stage?", ending as "part_ending?"
        from run_rows left join parts using (part_id)
        where run_rows.run_id = $1 and ($2::text is null or state = $2)
            and (cardinality($3::text[]) = 0 or coalesce(stage, 'none') = any($3))
            and ($4::uuid is null or month_report_id > $4)
        order by month_report_id limit $5
        "#,
        run as _,
        state,
        &stages,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

impl Columns {
    fn of(decided: &[(Candidate, Decision)]) -> Self {
        let mut columns = Self::default();
        for (
            Candidate {
                report, is_training, ..
            },
            decision,
        ) in decided
        {
            let (state, facts) = match decision {
                Decision::Row(facts) => (RowState::Planned, Some(facts)),
                Decision::Withheld(reason) => (RowState::Withheld(*reason), None),
            };
            columns.reports.push(report.id);
            columns.revisions.push(report.revision);
            columns.placements.push(report.placement);
            columns.persons.push(report.person);
            columns.organisations.push(report.organisation.as_uuid());
            columns.training.push(*is_training);
            columns.first_on.push(facts.map(|facts| Day(facts.first_on)));
            columns.last_on.push(facts.map(|facts| Day(facts.last_on)));
            columns
                .ka_numbers
                .push(facts.map(|facts| facts.ka_number.clone()));
            columns.minutes.push(report.credited_minutes);
            columns.states.push(state.code().to_owned());
            columns.reasons.push(match state {
                RowState::Withheld(reason) => Some(reason.code().to_owned()),
                RowState::Planned | RowState::Receipted | RowState::Refused | RowState::Cancelled => None,
            });
        }
        columns
    }
}

impl TryFrom<LeavingRow> for Leaving {
    type Error = Inconsistency;

    fn try_from(row: LeavingRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("run_rows", column, row.month_report_id);
        Ok(Self {
            report: row.month_report_id,
            revision: row.revision,
            person: row.person_id,
            first_on: row.first_on.ok_or_else(|| wrong("first_on"))?.into(),
            last_on: row.last_on.ok_or_else(|| wrong("last_on"))?.into(),
            ka_number: row.ka_number.ok_or_else(|| wrong("ka_number"))?,
            credited_minutes: row.credited_minutes,
        })
    }
}

impl TryFrom<ToldRow> for Told {
    type Error = Inconsistency;

    fn try_from(row: ToldRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("run_rows", column, row.month_report_id);
        let state = RowState::from_codes(&row.state, row.reason.as_deref()).ok_or_else(|| wrong("state"))?;
        let stage = row.part_stage.as_deref().map(|stage| {
            PartStage::from_codes(stage, row.part_ending.as_deref()).ok_or_else(|| wrong("part_id"))
        });
        Ok(Self {
            report: row.month_report_id,
            revision: row.revision,
            placement: row.placement_id,
            person: row.person_id,
            outcome: state.outcome(stage.transpose()?),
            refusal_code: row.refusal_code,
            part: row.part_id,
        })
    }
}
