//! Whose turn the next heartbeat is.

use platform::db::{DbError, Tx};

/// Takes the turn if the last one was taken long enough ago, by the database's clock.
pub async fn take_turn(tx: &mut Tx) -> Result<bool, DbError> {
    let taken = sqlx::query!(
        "update heartbeat_turns set taken_at = clock_timestamp()
        where taken_at <= clock_timestamp() - interval '900 milliseconds'"
    )
    .execute(&mut **tx)
    .await?;
    Ok(taken.rows_affected() == 1)
}
