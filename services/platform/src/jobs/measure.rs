//! What is measured of jobs: how late they begin, how long they take, how they end.

use std::time::Duration;

use jiff::SignedDuration;
use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};

pub(super) struct Measures {
    delay: Histogram<f64>,
    duration: Histogram<f64>,
    given_up: Counter<u64>,
}

// === impl Measures ===

impl Measures {
    pub(super) fn new() -> Self {
        let meter = global::meter("platform.jobs");
        Self {
            delay: meter
                .f64_histogram("jobs.delay")
                .with_unit("s")
                .with_description("Time from when a job was due to when it began.")
                .build(),
            duration: meter
                .f64_histogram("jobs.duration")
                .with_unit("s")
                .with_description("Time an attempt took.")
                .build(),
            given_up: meter
                .u64_counter("jobs.given_up")
                .with_description("Jobs that gave up.")
                .build(),
        }
    }

    pub(super) fn began(&self, kind: &'static str, delay: SignedDuration) {
        self.delay
            .record(delay.as_secs_f64().max(0.0), &[KeyValue::new("kind", kind)]);
    }

    pub(super) fn ended(&self, kind: &'static str, outcome: &'static str, time: Duration) {
        self.duration.record(
            time.as_secs_f64(),
            &[KeyValue::new("kind", kind), KeyValue::new("outcome", outcome)],
        );
    }

    pub(super) fn gave_up(&self, kind: &'static str) {
        self.given_up.add(1, &[KeyValue::new("kind", kind)]);
    }
}
