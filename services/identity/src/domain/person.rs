//! Persons: an id that others use, numbers as history, and the name BankID told. Number and name never leave by Debug.

use std::fmt;

use jiff::Timestamp;
use platform::auth::SignedIn;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ids::PersonId;

/// What others may know of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub person_id: PersonId,
    /// When the person was registered.
    pub registered_at: Timestamp,
    /// The id that goes on, if two turned out to be one person.
    pub merged_into: Option<PersonId>,
}

/// The name as BankID told it, unchanged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Given name.
    pub given_name: String,
    /// Surname.
    pub surname: String,
}

impl fmt::Debug for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Name(redacted)")
    }
}

/// Every id under which something of the signed-in person may have been written down.
pub fn ids_of(who: &SignedIn) -> Vec<Uuid> {
    std::iter::once(who.person_id)
        .chain(who.aliases.iter().copied())
        .collect()
}
