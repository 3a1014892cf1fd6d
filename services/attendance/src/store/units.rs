//! Units and the rule set that their months follow.

use std::collections::HashMap;

use platform::db::{DbError, Inconsistency};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::{OrganisationId, UnitId};
use crate::domain::rule_set::RuleSetCode;

pub async fn save(
    connection: &mut PgConnection,
    id: UnitId,
    organisation: OrganisationId,
    number: &str,
    rule_set: &RuleSetCode,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into units (unit_id, organisation_id, number, rule_set) values ($1, $2, $3, $4)
        on conflict (unit_id) do update set organisation_id = excluded.organisation_id, number = excluded.number,
            rule_set = excluded.rule_set",
        id as _,
        organisation as _,
        number,
        rule_set.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete(connection: &mut PgConnection, id: UnitId) -> Result<(), DbError> {
    sqlx::query!("delete from units where unit_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

/// None: the unit has not been heard of.
pub async fn rule_set(connection: &mut PgConnection, id: UnitId) -> Result<Option<RuleSetCode>, DbError> {
    let code = sqlx::query_scalar!("select rule_set from units where unit_id = $1", id as _)
        .fetch_optional(connection)
        .await?;
    let read = |code: String| RuleSetCode::parse(&code).map_err(|_| inconsistent("units", "rule_set", id));
    Ok(code.map(read).transpose()?)
}

/// What people know the unit by; None: it has not been heard of.
pub async fn number(connection: &mut PgConnection, id: UnitId) -> Result<Option<String>, DbError> {
    let number = sqlx::query_scalar!("select number from units where unit_id = $1", id as _)
        .fetch_optional(connection)
        .await?;
    Ok(number)
}

/// The rule sets of those units that have been heard of.
pub async fn rule_sets(
    connection: &mut PgConnection,
    ids: &[UnitId],
) -> Result<HashMap<UnitId, RuleSetCode>, DbError> {
    let rows = sqlx::query!(
        r#"select unit_id as "unit_id: UnitId", rule_set from units where unit_id = any($1)"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let read = rows.into_iter().map(|row| {
        let code = RuleSetCode::parse(&row.rule_set);
        let code = code.map_err(|_| inconsistent("units", "rule_set", row.unit_id))?;
        Ok((row.unit_id, code))
    });
    Ok(read.collect::<Result<_, Inconsistency>>()?)
}
