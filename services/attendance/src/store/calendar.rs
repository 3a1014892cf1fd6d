//! Working days, which the rows of submitted months point at.

use jiff::civil::Date;
use platform::db::{Day, DbError};
use sqlx::PgConnection;

/// Adds those that are not there yet.
pub async fn add_working_days(connection: &mut PgConnection, days: &[Date]) -> Result<(), DbError> {
    let days: Vec<Day> = days.iter().copied().map(Day).collect();
    sqlx::query!(
        "insert into working_days (day) select unnest($1::date[]) on conflict do nothing",
        &days as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
