//! All topics of the broker, its own included, from their beginning to their end: keys, headers and values, as the
//! client library has decompressed them, of transactions that were aborted too.

use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};
use support::kafka::{Broker, client_config};

use crate::scan::{Finding, Scanner};

const POLL: Duration = Duration::from_millis(200);
const ANSWER: Duration = Duration::from_secs(20);

/// Searches every record; tells also how many there were.
pub async fn scan(scanner: Scanner, broker: &Broker) -> Result<(usize, Vec<Finding>)> {
    let mut config = client_config(&broker.address(), broker.administrator());
    config
        .set("group.id", "scan")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("isolation.level", "read_uncommitted");
    let consumer: BaseConsumer = config.create().context("a reader of all topics")?;
    tokio::task::spawn_blocking(move || read(&scanner, &consumer)).await?
}

fn read(scanner: &Scanner, consumer: &BaseConsumer) -> Result<(usize, Vec<Finding>)> {
    let everything = partitions(consumer)?;
    consumer.assign(&everything)?;
    let (mut ended, mut records, mut findings) = (0, 0, Vec::new());
    while ended < everything.count() {
        match consumer.poll(POLL) {
            None => {}
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => return Err(error).context("a topic cannot be read"),
            Some(Ok(record)) => {
                records += 1;
                findings.extend(scan_record(scanner, &record));
            }
        }
    }
    Ok((records, findings))
}

fn partitions(consumer: &BaseConsumer) -> Result<TopicPartitionList> {
    let known = consumer.fetch_metadata(None, ANSWER)?;
    let mut all = TopicPartitionList::new();
    for topic in known.topics() {
        for partition in topic.partitions() {
            all.add_partition_offset(topic.name(), partition.id(), Offset::Beginning)?;
        }
    }
    Ok(all)
}

fn scan_record(scanner: &Scanner, record: &BorrowedMessage<'_>) -> Vec<Finding> {
    let mut pieces: Vec<(&str, &[u8])> = vec![
        ("key", record.key().unwrap_or_default()),
        ("value", record.payload().unwrap_or_default()),
    ];
    for header in record.headers().into_iter().flat_map(|headers| headers.iter()) {
        pieces.extend([
            ("header", header.key.as_bytes()),
            (header.key, header.value.unwrap_or_default()),
        ]);
    }
    let scanned = pieces
        .into_iter()
        .flat_map(|(part, bytes)| scanner.scan(&format!("{} {part}", record.topic()), bytes));
    scanned.collect()
}
