//! Taking jobs, keeping them and giving them back. Whether a lease has expired is the database's clock's to say.

use std::time::Instant as Moment;

use super::{JobSettings, LeasedJob};
use crate::db::{Database, DbError, Instant};
use jiff::Timestamp;

/// How many jobs of a kind there is room for.
pub(super) struct Room {
    pub(super) kind: &'static str,
    pub(super) free: i64,
    pub(super) settings: JobSettings,
}

/// Takes jobs that are due and that nobody holds, at most as many as there is room for.
pub(super) async fn take(
    database: &Database,
    rooms: &[Room],
    now: Timestamp,
) -> Result<Vec<(String, LeasedJob)>, DbError> {
    let held_since = Moment::now();
    let kinds: Vec<_> = rooms.iter().map(|room| room.kind.to_owned()).collect();
    let free: Vec<_> = rooms.iter().map(|room| room.free).collect();
    let leases: Vec<_> = rooms
        .iter()
        .map(|room| room.settings.lease.as_secs_f64())
        .collect();
    let take = sqlx::query!(
        r#"
        with due as (
            select found.job_id, room.lease
            from unnest($1::text[], $2::bigint[], $3::float8[]) as room (kind, free, lease)
            cross join lateral (
                select job_id from platform.jobs
                where kind = room.kind and gave_up_at is null and due_at <= $4
                    and (leased_until is null or leased_until < clock_timestamp())
                order by due_at
                limit room.free
                for update skip locked
            ) as found
        )
        update platform.jobs
        set lease_id = gen_random_uuid(), leased_until = clock_timestamp() + make_interval(secs => due.lease),
            attempts = attempts + 1
        from due
        where jobs.job_id = due.job_id
        returning jobs.job_id, kind, key, payload, due_at as "due_at: Instant", attempts,
            lease_id as "lease_id!", traceparent
        "#,
        &kinds,
        &free,
        &leases,
        Instant::from(now) as _,
    );
    let rows = database.bounded(take.fetch_all(database.pool())).await?;
    let jobs = rows.into_iter().map(|row| {
        let job = LeasedJob {
            key: row.key,
            payload: row.payload,
            due_at: row.due_at.timestamp(),
            attempt: row.attempts,
            job_id: row.job_id,
            lease_id: row.lease_id,
            traceparent: row.traceparent,
            held_since,
        };
        (row.kind, job)
    });
    Ok(jobs.collect())
}

/// Extends the lease; answers whether it was still ours.
pub(super) async fn extend(
    database: &Database,
    job: &LeasedJob,
    settings: &JobSettings,
) -> Result<bool, DbError> {
    let extend = sqlx::query!(
        r#"
        update platform.jobs set leased_until = clock_timestamp() + make_interval(secs => $3)
        where job_id = $1 and lease_id = $2
        "#,
        job.job_id,
        job.lease_id,
        settings.lease.as_secs_f64(),
    );
    let extended = database.bounded(extend.execute(database.pool())).await?;
    Ok(extended.rows_affected() == 1)
}

/// Gives a failed job back: due again at `due_at`, or given up if there is none.
pub(super) async fn give_back(
    database: &Database,
    job: &LeasedJob,
    reason: &str,
    due_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbError> {
    let gave_up_at = if due_at.is_none() {
        Some(Instant::from(now))
    } else {
        None
    };
    let give_back = sqlx::query!(
        r#"
        update platform.jobs
        set due_at = coalesce($3, due_at), gave_up_at = $4, last_reason = $5, lease_id = null, leased_until = null
        where job_id = $1 and lease_id = $2
        "#,
        job.job_id,
        job.lease_id,
        due_at.map(Instant::from) as _,
        gave_up_at as _,
        reason,
    );
    database.bounded(give_back.execute(database.pool())).await?;
    Ok(())
}
