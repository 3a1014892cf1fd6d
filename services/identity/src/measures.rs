//! What identity counts beside what the platform does.

use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};
use proto::identity::v1 as pb;

/// The counters.
#[derive(Clone)]
pub struct Measures {
    lost_results: Counter<u64>,
    finished_flows: Counter<u64>,
    rejected_evidence: Counter<u64>,
}

impl Measures {
    /// Makes the counters.
    pub fn new() -> Self {
        let meter = global::meter("identity");
        Self {
            lost_results: meter
                .u64_counter("identity.lost_results")
                .with_description("Orders whose result BankID had told somebody who did not live to keep it.")
                .build(),
            finished_flows: meter
                .u64_counter("identity.finished_flows")
                .with_description(
                    "Sign-ins and signings that ended, by purpose and message; UNSPECIFIED is success.",
                )
                .build(),
            rejected_evidence: meter
                .u64_counter("identity.rejected_evidence")
                .with_description("Signatures from BankID that did not verify.")
                .build(),
        }
    }

    /// BankID had told the result to somebody who did not live to keep it.
    pub fn lost_result(&self) {
        self.lost_results.add(1, &[]);
    }

    /// A flow ended.
    pub fn finished(&self, purpose: &'static str, message: pb::BankidMessage) {
        let labels = [
            KeyValue::new("purpose", purpose),
            KeyValue::new("message", message.as_str_name()),
        ];
        self.finished_flows.add(1, &labels);
    }

    /// A signature did not verify.
    pub fn rejected_evidence(&self) {
        self.rejected_evidence.add(1, &[]);
    }
}

impl Default for Measures {
    fn default() -> Self {
        Self::new()
    }
}
