//! How long requests take, by door, method of the contract and status.

use std::sync::LazyLock;
use std::time::Duration;

use http::StatusCode;
use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};

use crate::routes::Door;

static SERVED: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    global::meter("gateway")
        .f64_histogram("http.server.request.duration")
        .with_unit("s")
        .build()
});

/// Notes one request. `method` is a name of the contract, never a path from outside.
pub fn served(door: Door, method: &str, status: StatusCode, took: Duration) {
    let labels = [
        KeyValue::new("gateway.door", door.name()),
        KeyValue::new("rpc.method", method.to_owned()),
        KeyValue::new("http.response.status_code", i64::from(status.as_u16())),
    ];
    SERVED.record(took.as_secs_f64(), &labels);
}
