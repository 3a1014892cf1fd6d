//! Rows as they are told: to other contexts in records, to the agency in lists.

use platform::db::{DbError, Inconsistency};
use sqlx::PgConnection;

use crate::domain::ids::{MonthReportId, PartId, PersonId, PlacementId, PortionId, RunId};
use crate::domain::part::PartStage;
use crate::domain::row::{RowOutcome, RowState};
use crate::store::inconsistent;

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
    /// What its part waits for.
    pub problem: Option<String>,
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
    problem: Option<String>,
}

/// The rows of a part, for its record.
pub async fn of_part(connection: &mut PgConnection, part: PartId) -> Result<Vec<Told>, DbError> {
    let rows = sqlx::query_as!(
        ToldRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", revision,
            placement_id as "placement_id: PlacementId", person_id as "person_id: PersonId", state, reason,
            refusal_code, part_id as "part_id: PartId", stage as "part_stage?", ending as "part_ending", problem
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
            refusal_code, part_id as "part_id: PartId", null as "part_stage?: String", null as "part_ending?: String",
            null as "problem?: String"
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
            refusal_code, part_id as "part_id: PartId", stage as "part_stage?", ending as "part_ending?",
            problem as "problem?"
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
            problem: row.problem,
        })
    }
}
