//! What consumers did, by consumer, topic and outcome, and what lies parked.

use std::sync::LazyLock;

use opentelemetry::metrics::{Counter, Gauge};
use opentelemetry::{KeyValue, global};

use super::apply::Effect;

static RECORDS: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter("platform.consumer")
        .u64_counter("consumer.records")
        .with_description("Records dealt with. One that is tried again counts again.")
        .build()
});

static PARKED: LazyLock<Gauge<u64>> = LazyLock::new(|| {
    global::meter("platform.consumer")
        .u64_gauge("consumer.parked.records")
        .with_description("Records that lie parked.")
        .build()
});

pub(super) fn record(consumer: &str, topic: &'static str, effect: Effect) {
    let attributes = [
        KeyValue::new("consumer", consumer.to_owned()),
        KeyValue::new("topic", topic),
        KeyValue::new("outcome", effect.as_str()),
    ];
    RECORDS.add(1, &attributes);
}

pub(super) fn parked(consumer: &str, topic: &'static str, count: i64) {
    let attributes = [
        KeyValue::new("consumer", consumer.to_owned()),
        KeyValue::new("topic", topic),
    ];
    PARKED.record(count.unsigned_abs(), &attributes);
}
