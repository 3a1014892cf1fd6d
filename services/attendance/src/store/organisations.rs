//! Which organisations only train.

use platform::db::DbError;
use sqlx::PgConnection;

use crate::domain::ids::OrganisationId;

pub async fn save(
    connection: &mut PgConnection,
    id: OrganisationId,
    is_training: bool,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into organisations (organisation_id, is_training) values ($1, $2)
        on conflict (organisation_id) do update set is_training = excluded.is_training",
        id as _,
        is_training,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete(connection: &mut PgConnection, id: OrganisationId) -> Result<(), DbError> {
    sqlx::query!("delete from organisations where organisation_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}
