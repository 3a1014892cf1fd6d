//! Machine clients: systems of the agency or of an organisation, known by their certificate.

use jiff::Timestamp;
use platform::auth::Thumbprint;

use super::ids::{ClientId, OrganisationId};
use super::portal::UnknownWord;

const LONGEST_NAME: usize = 100;

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// A system of the agency.
    Agency,
    /// A system of a provider or project owner.
    Supplier,
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Id.
    pub client_id: ClientId,
    /// What operators call it.
    pub display_name: DisplayName,
    /// What it is.
    pub kind: ClientKind,
    /// Organisation it acts for.
    pub organisation_id: OrganisationId,
    /// SHA-256 of its certificate.
    pub certificate: Thumbprint,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}

/// What operators call a client: 1 to 100 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisplayNameError {
    /// Nothing but spaces.
    #[error("the name is empty")]
    Empty,
    /// Too many characters.
    #[error("the name is too long")]
    TooLong {
        /// Most characters.
        limit: usize,
    },
    /// Holds control characters.
    #[error("the name holds control characters")]
    Malformed,
}

impl ClientKind {
    /// The word in the database and in access tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Supplier => "supplier",
        }
    }
}

impl TryFrom<&str> for ClientKind {
    type Error = UnknownWord;

    fn try_from(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "agency" => Ok(Self::Agency),
            "supplier" => Ok(Self::Supplier),
            _ => Err(UnknownWord("client kind")),
        }
    }
}

impl DisplayName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, DisplayNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DisplayNameError::Empty);
        }
        if text.chars().count() > LONGEST_NAME {
            return Err(DisplayNameError::TooLong { limit: LONGEST_NAME });
        }
        if text.chars().any(char::is_control) {
            return Err(DisplayNameError::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_line_of_one_to_a_hundred_characters() {
        assert_eq!(DisplayName::parse(" Beslut ").unwrap().as_str(), "Beslut");
        assert_eq!(DisplayName::parse("  "), Err(DisplayNameError::Empty));
        assert_eq!(
            DisplayName::parse(&"å".repeat(101)),
            Err(DisplayNameError::TooLong { limit: 100 })
        );
        assert_eq!(DisplayName::parse("a\nb"), Err(DisplayNameError::Malformed));
    }
}
