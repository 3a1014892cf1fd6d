//! What the relay did: records per topic, how long they waited, and keys that wait.

use std::collections::HashMap;

use jiff::Timestamp;
use opentelemetry::metrics::{Counter, Gauge, Histogram};
use opentelemetry::{KeyValue, global};

use super::session::Row;

#[derive(Debug)]
pub(super) struct Measures {
    records: Counter<u64>,
    delay: Histogram<f64>,
    batch: Histogram<u64>,
    held: Gauge<u64>,
}

// === impl Measures ===

impl Measures {
    pub(super) fn new() -> Self {
        let meter = global::meter("platform.outbox");
        Self {
            records: meter
                .u64_counter("outbox.records")
                .with_description("Records that Kafka has acknowledged.")
                .build(),
            delay: meter
                .f64_histogram("outbox.delay")
                .with_unit("s")
                .with_description(
                    "Time from the writing of a record to its acknowledgement, of the oldest in a batch.",
                )
                .build(),
            batch: meter
                .u64_histogram("outbox.batch.records")
                .with_description("Records of one Kafka transaction.")
                .build(),
            held: meter
                .u64_gauge("outbox.keys.held")
                .with_description("Keys whose record Kafka refuses.")
                .build(),
        }
    }

    pub(super) fn relayed(&self, rows: &[Row], now: Timestamp) {
        let mut by_topic: HashMap<&str, u64> = HashMap::new();
        for row in rows {
            *by_topic.entry(&row.topic).or_default() += 1;
        }
        for (topic, records) in by_topic {
            self.records
                .add(records, &[KeyValue::new("topic", topic.to_owned())]);
        }
        if let Some(oldest) = rows.first() {
            self.delay.record(
                now.duration_since(oldest.occurred_at.timestamp()).as_secs_f64(),
                &[],
            );
        }
        self.batch.record(rows.len() as u64, &[]);
    }

    pub(super) fn held(&self, keys: usize) {
        self.held.record(keys as u64, &[]);
    }
}
