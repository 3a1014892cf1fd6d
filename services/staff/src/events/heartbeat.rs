//! The sign of life: once a second one replica writes a heartbeat per partition of `staff.account.v1`, through the same
//! outbox as every change, so that its arrival says that everything before it has arrived too.

use std::time::Duration;

use platform::db::{Database, Tx};
use platform::grpc::convert::to_timestamp;
use platform::outbox::{self, OutboxError, OutboxRecord};
use prost::Message as _;
use proto::staff::events::v1 as pb;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::publish::{ACCOUNT_TOPIC, ACCOUNT_TYPE};
use crate::store;

const EVERY: Duration = Duration::from_secs(1);

/// Writes heartbeats until `stopping`. An outage of the database is waited out.
pub async fn run(database: Database, partitions: i32, stopping: CancellationToken) -> anyhow::Result<()> {
    let mut beat = tokio::time::interval(EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            _ = beat.tick() => {}
        }
        if let Err(error) = write(&database, partitions).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the heartbeat was not written"
            );
        }
    }
}

/// Writes one heartbeat per partition if it is this replica's turn.
pub async fn write(database: &Database, partitions: i32) -> Result<bool, OutboxError> {
    database
        .transaction("staff.write_heartbeat", async |tx| {
            if !store::heartbeat::take_turn(tx).await? {
                return Ok(false);
            }
            for partition in 0..partitions {
                append(tx, partition).await?;
            }
            Ok(true)
        })
        .await
}

async fn append(tx: &mut Tx, partition: i32) -> Result<(), OutboxError> {
    let heartbeat = pb::Heartbeat {
        at: Some(to_timestamp(tx.now())),
    };
    let payload = pb::AccountRecord {
        record: Some(pb::account_record::Record::Heartbeat(heartbeat)),
    };
    let record = OutboxRecord {
        topic: ACCOUNT_TOPIC,
        key: format!("heartbeat-{partition}"),
        record_type: ACCOUNT_TYPE,
        payload: Some(payload.encode_to_vec()),
        partition: Some(partition),
    };
    outbox::append(tx, record).await?;
    Ok(())
}
