//! What a transaction costs: waiting for a connection apart from the work, by name and outcome.

use std::time::Duration;

use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};

pub(super) struct Measures {
    wait: Histogram<f64>,
    work: Histogram<f64>,
    retries: Counter<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Committed,
    RolledBack,
    Conflicted,
}

// === impl Measures ===

impl Measures {
    pub(super) fn new() -> Self {
        let meter = global::meter("platform.db");
        Self {
            wait: meter
                .f64_histogram("db.pool.wait")
                .with_unit("s")
                .with_description("Time a transaction waited for a connection.")
                .build(),
            work: meter
                .f64_histogram("db.transaction.duration")
                .with_unit("s")
                .with_description("Time from the begin of a transaction to its end.")
                .build(),
            retries: meter
                .u64_counter("db.transaction.retries")
                .with_description("Transactions tried again after a conflict.")
                .build(),
        }
    }

    pub(super) fn waited(&self, name: &'static str, time: Duration) {
        self.wait
            .record(time.as_secs_f64(), &[KeyValue::new("transaction", name)]);
    }

    pub(super) fn worked(&self, name: &'static str, time: Duration, outcome: Outcome) {
        let attributes = [
            KeyValue::new("transaction", name),
            KeyValue::new("outcome", outcome.as_str()),
        ];
        self.work.record(time.as_secs_f64(), &attributes);
        if outcome == Outcome::Conflicted {
            self.retries.add(1, &[KeyValue::new("transaction", name)]);
        }
    }
}

// === impl Outcome ===

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::RolledBack => "rolled_back",
            Self::Conflicted => "conflicted",
        }
    }
}
