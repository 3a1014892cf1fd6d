//! Portions of rows that are not sent.

use platform::db::DbError;
use sqlx::PgConnection;

use crate::domain::ids::{PortionId, RunId};

pub async fn insert(connection: &mut PgConnection, id: PortionId, run: RunId) -> Result<(), DbError> {
    sqlx::query!(
        "insert into portions (portion_id, run_id) values ($1, $2)",
        id as _,
        run as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// By id, each locked against changes: for writing all records out.
pub async fn page(
    connection: &mut PgConnection,
    after: Option<PortionId>,
    limit: i64,
) -> Result<Vec<(PortionId, RunId)>, DbError> {
    let rows = sqlx::query!(
        r#"
        select portion_id as "portion_id: PortionId", run_id as "run_id: RunId" from portions
        where $1::uuid is null or portion_id > $1 order by portion_id limit $2 for update
        "#,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.portion_id, row.run_id)).collect())
}
