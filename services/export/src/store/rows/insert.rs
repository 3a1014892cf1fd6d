//! Rows as they are planned, many in one statement.

use platform::db::{Day, DbError};
use sqlx::PgConnection;

use crate::domain::ids::{MonthReportId, PersonId, PlacementId};
use crate::domain::plan::{Candidate, Decision};
use crate::domain::row::RowState;
use crate::store::runs::Run;

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
