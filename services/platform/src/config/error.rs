//! What is wrong with a configuration, told by key. Values are never repeated: any of them may be a secret.

use std::fmt;

/// A configuration that cannot be run with.
#[derive(Debug)]
pub struct ConfigError {
    key: Option<String>,
    problem: String,
}

impl ConfigError {
    /// The value of `key` (dotted, as far as it is known here) has this `problem`.
    pub fn at(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            key: Some(key.into()),
            problem: problem.into(),
        }
    }

    /// The file as a whole has this `problem`.
    pub fn whole(problem: impl Into<String>) -> Self {
        Self {
            key: None,
            problem: problem.into(),
        }
    }

    /// The same error seen from one section further out.
    #[must_use]
    pub fn under(self, section: &str) -> Self {
        let key = self
            .key
            .map_or_else(|| section.to_owned(), |key| format!("{section}.{key}"));
        Self {
            key: Some(key),
            problem: self.problem,
        }
    }

    /// The dotted key, unless the file as a whole is to blame.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(formatter, "configuration key `{key}`: {}", self.problem),
            None => write!(formatter, "configuration: {}", self.problem),
        }
    }
}

impl std::error::Error for ConfigError {}
