//! Violations of single fields, collected so that a caller hears of all of them at once.
//! A parser answers with a [`FieldViolation`]; [`Fields`] gathers them and becomes one rejection.

use std::collections::BTreeMap;

use proto::errors::v1::ErrorReason;

use super::Rejection;

/// Why one field was refused. Holds the path and the reason, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field in the request: `person.number`, `units[2].office_ids[0]`.
    pub path: String,
    /// What is wrong with it.
    pub reason: ErrorReason,
    /// Facts that come with the reason, as `limit`: numbers, codes and ids, never personal data.
    pub metadata: BTreeMap<String, String>,
}

/// Collects violations while a request is parsed.
///
/// ```text
/// let mut fields = Fields::default();
/// let day = fields.check(convert::day("received_on", request.received_on));
/// let unit = fields.check(convert::id("unit_id", &request.unit_id));
/// let (Some(day), Some(unit)) = (day, unit) else { return Err(fields.reject()) };
/// ```
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<FieldViolation>,
}

impl FieldViolation {
    /// A violation without further facts.
    pub fn new(path: impl Into<String>, reason: ErrorReason) -> Self {
        Self {
            path: path.into(),
            reason,
            metadata: BTreeMap::new(),
        }
    }

    /// Adds a fact that the reason's `metadata_keys` name.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass numbers and codes, which would need a borrow each"
    )]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.metadata.insert(key.to_owned(), value.to_string());
        self
    }

    /// The same violation seen from the message that holds the field.
    #[must_use]
    pub fn under(mut self, parent: &str) -> Self {
        self.path = format!("{parent}.{}", self.path);
        self
    }
}

impl Fields {
    /// Keeps the value, or notes why there is none.
    pub fn check<T>(&mut self, parsed: Result<T, FieldViolation>) -> Option<T> {
        parsed.map_err(|violation| self.violations.push(violation)).ok()
    }

    /// Notes a violation found otherwise.
    pub fn add(&mut self, violation: FieldViolation) {
        self.violations.push(violation);
    }

    /// Notes a violation of a field.
    pub fn refuse(&mut self, path: impl Into<String>, reason: ErrorReason) {
        self.add(FieldViolation::new(path, reason));
    }

    /// Whether nothing was refused so far.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// Ends the collecting: an error if anything was refused.
    pub fn finish(self) -> Result<(), Rejection> {
        if self.is_clean() {
            Ok(())
        } else {
            Err(self.reject())
        }
    }

    /// The rejection that names every violation.
    pub fn reject(self) -> Rejection {
        Rejection::invalid().fields(self.violations)
    }
}
