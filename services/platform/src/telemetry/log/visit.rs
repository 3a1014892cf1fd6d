//! Collects the fields of an event or span as plain JSON values.

use std::error::Error;
use std::fmt::{Debug, Write};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

use crate::telemetry::redaction::{REDACTED, hides};

/// The fields seen so far.
#[derive(Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }

    fn keep(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        let name = field.name().strip_prefix("r#").unwrap_or(field.name());
        let value = if hides(name) { REDACTED.into() } else { value() };
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.keep(field, || format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, || value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, || value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, || value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, || value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, || value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.keep(field, || with_causes(value).into());
    }
}

fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, ": {error}").expect("writing to a text cannot fail");
        cause = error.source();
    }
    text
}
