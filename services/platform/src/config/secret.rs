//! A configuration value that no output shows: not Debug, not the printed configuration, not an error.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const REDACTED: &str = "(redacted)";
const EXPECTED: &str = "a text in quotes";

/// A text that is used and never shown, such as a password or an address with one in it.
#[derive(Clone)]
pub struct Secret(Content);

#[derive(Clone)]
enum Content {
    Real(SecretString),
    /// A literal of the documentation, which may be shown.
    Example(&'static str),
}

struct SecretVisitor;

impl Secret {
    /// Keeps `text` from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Content::Real(SecretString::from(text.into())))
    }

    /// A documented example, the one kind of secret that is printed.
    pub const fn example(text: &'static str) -> Self {
        Self(Content::Example(text))
    }

    /// The text, for the call that needs it and nothing else.
    pub fn expose(&self) -> &str {
        match &self.0 {
            Content::Real(text) => text.expose_secret(),
            Content::Example(text) => text,
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match &self.0 {
            Content::Real(_) => REDACTED,
            Content::Example(text) => text,
        })
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

// The defaults of serde's visitor repeat the value that was found; these do not.
impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        Err(not_a_text())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        Err(not_a_text())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        Err(not_a_text())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        Err(not_a_text())
    }
}

fn not_a_text<E: Error>() -> E {
    E::invalid_type(Unexpected::Other("something else"), &EXPECTED)
}
