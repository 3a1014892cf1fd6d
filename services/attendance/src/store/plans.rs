//! Sent joint plans as participants published them.

use std::collections::HashMap;

use jiff::Timestamp;
use platform::db::{Day, DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::{code, inconsistent};
use crate::domain::ids::{DocumentId, PlacementId};
use crate::domain::plan::{PlannedActivity, SentPlan};
use crate::domain::validity::Validity;

struct PlanRow {
    document_id: DocumentId,
    placement_id: PlacementId,
    version: i32,
    sent_at: Instant,
    in_force_from: Day,
    activity_codes: Vec<String>,
    valid_from: Vec<Day>,
    valid_to: Vec<Option<Day>>,
}

pub async fn save(
    connection: &mut PgConnection,
    id: DocumentId,
    placement: PlacementId,
    plan: &SentPlan,
) -> Result<(), DbError> {
    let activities = || plan.activities.iter();
    let codes: Vec<String> = activities().map(|planned| planned.code.to_string()).collect();
    let from: Vec<Day> = activities().map(|planned| Day(planned.validity.from())).collect();
    let to: Vec<Option<Day>> = activities()
        .map(|planned| planned.validity.to().map(Day))
        .collect();
    sqlx::query!(
        "insert into sent_plans (document_id, placement_id, version, sent_at, in_force_from, activity_codes, valid_from,
            valid_to)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (document_id) do update set placement_id = excluded.placement_id, version = excluded.version,
            sent_at = excluded.sent_at, in_force_from = excluded.in_force_from,
            activity_codes = excluded.activity_codes, valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        id as _,
        placement as _,
        i32::try_from(plan.version).unwrap_or(i32::MAX),
        Instant::from(plan.sent_at) as _,
        Day(plan.in_force_from) as _,
        &codes,
        &from as _,
        &to as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete(connection: &mut PgConnection, id: DocumentId) -> Result<(), DbError> {
    sqlx::query!("delete from sent_plans where document_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

/// The plans of each placement, in the order of versions.
pub async fn of_placements(
    connection: &mut PgConnection,
    placements: &[PlacementId],
) -> Result<HashMap<PlacementId, Vec<SentPlan>>, DbError> {
    let rows = sqlx::query_as!(
        PlanRow,
        r#"select document_id as "document_id: DocumentId", placement_id as "placement_id: PlacementId", version,
            sent_at, in_force_from, activity_codes, valid_from as "valid_from: Vec<Day>",
            valid_to as "valid_to: Vec<Option<Day>>"
        from sent_plans where placement_id = any($1) order by placement_id, version"#,
        placements as _,
    )
    .fetch_all(connection)
    .await?;
    let mut plans: HashMap<PlacementId, Vec<SentPlan>> = HashMap::new();
    for row in rows {
        plans.entry(row.placement_id).or_default().push(row.try_into()?);
    }
    Ok(plans)
}

impl TryFrom<PlanRow> for SentPlan {
    type Error = Inconsistency;

    fn try_from(row: PlanRow) -> Result<Self, Inconsistency> {
        let days = row.valid_from.into_iter().zip(row.valid_to);
        let activities = row.activity_codes.iter().zip(days).map(|(text, (from, to))| {
            let validity = Validity::parse(from.into(), to.map(Into::into))
                .map_err(|_| inconsistent("sent_plans", "valid_to", row.document_id))?;
            let code = code(text, "sent_plans", row.document_id)?;
            Ok(PlannedActivity { code, validity })
        });
        Ok(Self {
            version: u32::try_from(row.version)
                .map_err(|_| inconsistent("sent_plans", "version", row.document_id))?,
            sent_at: Timestamp::from(row.sent_at),
            in_force_from: row.in_force_from.into(),
            activities: activities.collect::<Result<_, Inconsistency>>()?,
        })
    }
}
