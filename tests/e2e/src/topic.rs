//! `staff.account.v1` from outside: its settings, and how many records of each key are left in it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use support::kafka::client_config;

use crate::world::World;

pub const ACCOUNTS: &str = "staff.account.v1";

const PARTITIONS: i32 = 12;
const POLL: Duration = Duration::from_millis(200);

/// Lets the topic be compacted within seconds instead of a day.
pub async fn compact_soon(world: &World) -> Result<()> {
    let stack = &world.stack;
    let administration: AdminClient<DefaultClientContext> =
        client_config(&stack.kafka.address(), stack.kafka.administrator()).create()?;
    let settings = AlterConfig::new(ResourceSpecifier::Topic(ACCOUNTS))
        .set("cleanup.policy", "compact")
        .set("segment.ms", "1000")
        .set("min.cleanable.dirty.ratio", "0.01")
        .set("max.compaction.lag.ms", "2000")
        .set("delete.retention.ms", "2592000000");
    let altered = administration
        .alter_configs([&settings], &AdminOptions::new())
        .await?;
    for outcome in altered {
        outcome.map_err(|(_, code)| anyhow::anyhow!("the broker refuses the settings: {code}"))?;
    }
    Ok(())
}

/// Records per account that are still in the topic; heartbeats are left out.
pub async fn records_per_account(world: &World) -> Result<BTreeMap<String, usize>> {
    let brokers = world.stack.kafka.address();
    let identity = world.stack.authority.service("participants")?;
    tokio::task::spawn_blocking(move || {
        let mut config = client_config(&brokers, &identity);
        config
            .set("group.id", "participants.count")
            .set("enable.auto.commit", "false");
        config
            .set("enable.partition.eof", "true")
            .set("isolation.level", "read_committed");
        count(&config.create().context("a reader of the topic")?)
    })
    .await?
}

fn count(consumer: &BaseConsumer) -> Result<BTreeMap<String, usize>> {
    let mut all = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        all.add_partition_offset(ACCOUNTS, partition, Offset::Beginning)?;
    }
    consumer.assign(&all)?;
    let mut counted = BTreeMap::new();
    let mut ended = 0;
    while ended < PARTITIONS {
        match consumer.poll(POLL) {
            None => {}
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => return Err(error).context("the topic cannot be read"),
            Some(Ok(record)) => {
                let key = String::from_utf8_lossy(record.key().unwrap_or_default()).into_owned();
                if !key.starts_with("heartbeat-") {
                    *counted.entry(key).or_insert(0) += 1;
                }
            }
        }
    }
    Ok(counted)
}
