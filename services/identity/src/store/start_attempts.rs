//! How many orders an address or session has started, by keyed hash and minute.

use jiff::{SignedDuration, Timestamp};
use platform::db::{Instant, Tx};

use crate::error::Result;

/// Counts one attempt and answers how many there were in its minute.
pub async fn count(tx: &mut Tx, starter_hash: [u8; 32]) -> Result<i32> {
    let minute = Instant::from(minute_of(tx.now()));
    let attempts = sqlx::query_scalar!(
        r#"
        insert into start_attempts as held (starter_hash, minute_at, attempts) values ($1, $2, 1)
        on conflict (starter_hash, minute_at) do update set attempts = held.attempts + 1
        returning attempts
        "#,
        starter_hash.as_slice(),
        minute as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(attempts)
}

/// Forgets attempts that no longer count.
pub async fn forget(tx: &mut Tx) -> Result<()> {
    let minute = Instant::from(minute_of(tx.now()));
    sqlx::query!("delete from start_attempts where minute_at < $1", minute as _)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// How long the minute of the instant still lasts.
pub fn rest_of_minute(now: Timestamp) -> std::time::Duration {
    let gone = now.duration_since(minute_of(now));
    (SignedDuration::from_mins(1) - gone).unsigned_abs()
}

fn minute_of(now: Timestamp) -> Timestamp {
    let second = now.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(now)
}
