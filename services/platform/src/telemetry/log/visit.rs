//! Collects the fields of an event or span as plain JSON values. Every span pays for this, whether or not a line is
//! written in it, so that names are not copied and judged once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::{Debug, Write};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

use crate::telemetry::redaction::{REDACTED, hides};

/// The fields seen so far, each name once.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

thread_local! {
    /// What was decided about a name; there are as many as the code spells out.
    static HIDDEN: RefCell<HashMap<&'static str, bool>> = RefCell::default();
}

impl Fields {
    /// Adds copies of the fields to a line's.
    pub(super) fn copy_to(&self, line: &mut Map<String, Value>) {
        for (name, value) in &self.0 {
            line.insert((*name).to_owned(), value.clone());
        }
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        let fields = self.0.into_iter();
        fields.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn keep(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        let name = field.name();
        let name = name.strip_prefix("r#").unwrap_or(name);
        let value = if is_hidden(name) { REDACTED.into() } else { value() };
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
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

fn is_hidden(name: &'static str) -> bool {
    let judged = HIDDEN.try_with(|known| *known.borrow_mut().entry(name).or_insert_with(|| hides(name)));
    // A thread that is ending has forgotten.
    judged.unwrap_or_else(|_| hides(name))
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
