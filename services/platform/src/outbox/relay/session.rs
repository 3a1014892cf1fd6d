//! The relay's own connection: it holds the advisory lock, and the server closes it when it has been silent for one and
//! a half seconds. Every statement of the relay runs on it, so whoever can still delete a row still holds the lock.

use std::pin::pin;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::{PING_PAUSE, RelayError, RelaySettings};
use crate::db::{Database, DbError, Instant};
use crate::outbox::Revision;

pub(super) struct Session {
    connection: PgConnection,
}

/// A row of the outbox.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) topic: String,
    pub(super) key: String,
    pub(super) partition: Option<i32>,
    pub(super) record_type: String,
    pub(super) payload: Option<Vec<u8>>,
    pub(super) revision: Revision,
    pub(super) event_id: Uuid,
    pub(super) occurred_at: Instant,
    pub(super) traceparent: Option<String>,
}

/// "relay" as a number; advisory locks belong to one database, and each service has its own.
const LOCK: i64 = 0x72_65_6c_61_79;

/// Below the server's 1.5 s, so that a connection that hangs is given up before the lock could be another's.
const ANSWER: Duration = Duration::from_millis(1400);

// === impl Session ===

impl Session {
    pub(super) async fn open(database: &Database) -> Result<Self, RelayError> {
        let mut connection = tokio::time::timeout(ANSWER * 4, database.connect())
            .await
            .map_err(|_| RelayError::Silent)??;
        for statement in [
            "set idle_session_timeout = 1500",
            "set idle_in_transaction_session_timeout = 1500",
        ] {
            sqlx::query(statement)
                .execute(&mut connection)
                .await
                .map_err(DbError::from)?;
        }
        Ok(Self { connection })
    }

    pub(super) async fn try_lead(&mut self) -> Result<bool, RelayError> {
        let attempt = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut self.connection);
        answered(attempt).await
    }

    /// Awaits `work`, showing the server all the while that this process lives. Fails when the lock may be lost.
    pub(super) async fn kept_during<T>(&mut self, work: impl Future<Output = T>) -> Result<T, RelayError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return Ok(result),
                () = tokio::time::sleep(PING_PAUSE) => answered(self.connection.ping()).await?,
            }
        }
    }

    /// The oldest committed rows, but none of the held keys.
    pub(super) async fn read(
        &mut self,
        (held_topics, held_keys): &(Vec<String>, Vec<String>),
        settings: &RelaySettings,
    ) -> Result<Vec<Row>, RelayError> {
        let rows = sqlx::query!(
            r#"
            select id as "id!", topic as "topic!", key as "key!", partition, record_type as "record_type!", payload,
                epoch as "epoch!", n as "n!", event_id as "event_id!", occurred_at as "occurred_at!: Instant", traceparent
            from (
                select first.*,
                    sum(coalesce(octet_length(payload), 0)) over (order by id) as bytes,
                    row_number() over (order by id) as place
                from (
                    select * from platform.outbox
                    where not exists (
                        select from unnest($1::text[], $2::text[]) as held (topic, key)
                        where held.topic = outbox.topic and held.key = outbox.key
                    )
                    order by id
                    limit $3
                ) as first
            ) as counted
            where bytes <= $4 or place = 1
            order by id
            "#,
            held_topics,
            held_keys,
            settings.batch_rows,
            settings.batch_bytes,
        )
        .fetch_all(&mut self.connection);
        let rows = answered(rows).await?;
        let rows = rows.into_iter().map(|row| Row {
            id: row.id,
            topic: row.topic,
            key: row.key,
            partition: row.partition,
            record_type: row.record_type,
            payload: row.payload,
            revision: Revision {
                epoch: row.epoch,
                n: row.n,
            },
            event_id: row.event_id,
            occurred_at: row.occurred_at,
            traceparent: row.traceparent,
        });
        Ok(rows.collect())
    }

    /// Forgets rows that Kafka has.
    pub(super) async fn delete(&mut self, ids: &[i64]) -> Result<(), RelayError> {
        let deletion =
            sqlx::query!("delete from platform.outbox where id = any($1)", ids).execute(&mut self.connection);
        answered(deletion).await?;
        Ok(())
    }

    /// Gives the lock up at once.
    pub(super) async fn close(self) -> Result<(), RelayError> {
        answered(self.connection.close()).await
    }
}

// === impl Row ===

impl Row {
    /// Topic and key: what order is kept within.
    pub(super) fn place(&self) -> (String, String) {
        (self.topic.clone(), self.key.clone())
    }
}

async fn answered<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, RelayError> {
    // A read of thousands of rows may take longer than a ping; the session is not idle while the server works for it.
    let answer = tokio::time::timeout(ANSWER * 4, statement)
        .await
        .map_err(|_| RelayError::Silent)?;
    Ok(answer.map_err(DbError::from)?)
}
