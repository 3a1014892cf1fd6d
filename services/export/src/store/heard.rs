//! What was heard of others: organisations, units, placements and month reports, as their records say. A record that is
//! gone takes its row away.

use platform::db::{Day, DbError};
use sqlx::PgConnection;

use crate::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
use crate::domain::plan::{Answer, Placement, Report, Unit};

pub async fn organisation(
    connection: &mut PgConnection,
    id: OrganisationId,
    is_training: bool,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        with flag as (
            insert into training_flags (organisation_id, is_training) values ($1, $2) on conflict do nothing
        )
        insert into organisations (organisation_id, is_training) values ($1, $2)
        on conflict (organisation_id) do update set is_training = excluded.is_training
        "#,
        id as _,
        is_training,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn organisation_gone(connection: &mut PgConnection, id: OrganisationId) -> Result<(), DbError> {
    sqlx::query!("delete from organisations where organisation_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn unit(connection: &mut PgConnection, id: UnitId, unit: &Unit) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into units (unit_id, number, is_esf_funded) values ($1, $2, $3)
        on conflict (unit_id) do update set number = excluded.number, is_esf_funded = excluded.is_esf_funded
        "#,
        id as _,
        unit.number,
        unit.is_esf_funded,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn unit_gone(connection: &mut PgConnection, id: UnitId) -> Result<(), DbError> {
    sqlx::query!("delete from units where unit_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn placement(
    connection: &mut PgConnection,
    id: PlacementId,
    person: PersonId,
    placement: &Placement,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into placements
            (placement_id, person_id, first_on, last_on, interrupted_on, is_interrupted_before_start, is_protected)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (placement_id) do update set
            person_id = excluded.person_id, first_on = excluded.first_on, last_on = excluded.last_on,
            interrupted_on = excluded.interrupted_on,
            is_interrupted_before_start = excluded.is_interrupted_before_start, is_protected = excluded.is_protected
        "#,
        id as _,
        person as _,
        Day(placement.first_on) as _,
        Day(placement.last_on) as _,
        placement.interrupted_on.map(Day) as _,
        placement.is_interrupted_before_start,
        placement.is_protected,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn placement_gone(connection: &mut PgConnection, id: PlacementId) -> Result<(), DbError> {
    sqlx::query!("delete from placements where placement_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn month_report(
    connection: &mut PgConnection,
    report: &Report,
    unit: UnitId,
    month: Month,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into month_reports (month_report_id, placement_id, person_id, organisation_id, unit_id, month_on, revision,
            credited_minutes, answer)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (month_report_id) do update set
            placement_id = excluded.placement_id, person_id = excluded.person_id,
            organisation_id = excluded.organisation_id, unit_id = excluded.unit_id, month_on = excluded.month_on,
            revision = excluded.revision, credited_minutes = excluded.credited_minutes, answer = excluded.answer
        "#,
        report.id as _,
        report.placement as _,
        report.person as _,
        report.organisation as _,
        unit as _,
        Day(month.first_day()) as _,
        report.revision,
        report.credited_minutes,
        answer_code(report.answer),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn month_report_gone(connection: &mut PgConnection, id: MonthReportId) -> Result<(), DbError> {
    sqlx::query!("delete from month_reports where month_report_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

fn answer_code(answer: Answer) -> &'static str {
    match answer {
        Answer::Waiting => "waiting",
        Answer::Approved => "approved",
        Answer::Rejected => "rejected",
        Answer::Lapsed => "lapsed",
        Answer::Superseded => "superseded",
    }
}

pub(super) fn answer_of(code: &str) -> Option<Answer> {
    [
        Answer::Waiting,
        Answer::Approved,
        Answer::Rejected,
        Answer::Lapsed,
        Answer::Superseded,
    ]
    .into_iter()
    .find(|answer| answer_code(*answer) == code)
}
