//! Rows about one person, whatever the run.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Day, DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use crate::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, RunId};
use crate::domain::month::Month;
use crate::domain::part::PartStage;
use crate::domain::recipient::Recipient;
use crate::domain::row::{RowOutcome, RowState};
use crate::store::inconsistent;

/// Where the rows of a person go on.
pub type Position = (RunId, MonthReportId);

/// A row as it is told to whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub run: RunId,
    pub run_created_at: Timestamp,
    pub recipient: Recipient,
    pub month: Month,
    pub report: MonthReportId,
    pub revision: i32,
    pub placement: PlacementId,
    pub organisation: OrganisationId,
    pub first_on: Option<Date>,
    pub last_on: Option<Date>,
    pub ka_number: Option<String>,
    pub credited_minutes: i32,
    pub outcome: RowOutcome,
    pub refusal_code: Option<String>,
}

struct OwnRow {
    run_id: RunId,
    created_at: Instant,
    recipient: String,
    month_on: Day,
    month_report_id: MonthReportId,
    revision: i32,
    placement_id: PlacementId,
    organisation_id: OrganisationId,
    first_on: Option<Day>,
    last_on: Option<Day>,
    ka_number: Option<String>,
    credited_minutes: i32,
    state: String,
    reason: Option<String>,
    refusal_code: Option<String>,
    part_stage: Option<String>,
    part_ending: Option<String>,
}

/// In the order of runs, behind `after`.
pub async fn of_persons(
    connection: &mut PgConnection,
    persons: &[PersonId],
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Own>, DbError> {
    let rows = sqlx::query_as!(
        OwnRow,
        r#"
        select rows.run_id as "run_id: RunId", runs.created_at, rows.recipient, rows.month_on,
            rows.month_report_id as "month_report_id: MonthReportId", rows.revision,
            rows.placement_id as "placement_id: PlacementId", rows.organisation_id as "organisation_id: OrganisationId",
            rows.first_on, rows.last_on, rows.ka_number, rows.credited_minutes, rows.state, rows.reason,
            rows.refusal_code, parts.stage as "part_stage?", parts.ending as "part_ending?"
        from month_reports reports
            join runs on runs.month_on = reports.month_on
            join run_rows rows on rows.run_id = runs.run_id and rows.month_report_id = reports.month_report_id
            left join parts on parts.part_id = rows.part_id
        where reports.person_id = any($1) and rows.person_id = any($1)
            and ($2::uuid is null or (rows.run_id, rows.month_report_id) > ($2, $3::uuid))
        order by rows.run_id, rows.month_report_id limit $4
        "#,
        persons as _,
        after.map(|(run, _)| run) as _,
        after.map(|(_, report)| report) as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

impl Own {
    pub fn position(&self) -> Position {
        (self.run, self.report)
    }
}

impl TryFrom<OwnRow> for Own {
    type Error = Inconsistency;

    fn try_from(row: OwnRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("run_rows", column, row.month_report_id);
        let state = RowState::from_codes(&row.state, row.reason.as_deref()).ok_or_else(|| wrong("state"))?;
        let stage = row.part_stage.as_deref().map(|stage| {
            PartStage::from_codes(stage, row.part_ending.as_deref()).ok_or_else(|| wrong("part_id"))
        });
        Ok(Self {
            run: row.run_id,
            run_created_at: row.created_at.into(),
            recipient: Recipient::from_code(&row.recipient).ok_or_else(|| wrong("recipient"))?,
            month: Month::of(row.month_on.into()),
            report: row.month_report_id,
            revision: row.revision,
            placement: row.placement_id,
            organisation: row.organisation_id,
            first_on: row.first_on.map(Into::into),
            last_on: row.last_on.map(Into::into),
            ka_number: row.ka_number,
            credited_minutes: row.credited_minutes,
            outcome: state.outcome(stage.transpose()?),
            refusal_code: row.refusal_code,
        })
    }
}
