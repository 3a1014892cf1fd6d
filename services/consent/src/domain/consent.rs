//! A consent from its preparation to its end. Whatever is asked is asked of all consents of a person to a recipient,
//! under every id the person was known by, so that a withdrawal under one id holds under all.

use jiff::Timestamp;

use super::ids::{ConsentId, PersonId, SignatureId};
use super::recipient::{Language, Recipient};
use super::text::Hash;

/// A consent that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub id: ConsentId,
    pub person: PersonId,
    pub recipient: Recipient,
    pub given_at: Timestamp,
    pub withdrawn: Option<Withdrawn>,
}

/// How a consent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    pub at: Timestamp,
    pub by: Withdrawer,
}

/// Who took it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawer {
    Person,
    Agency,
}

/// A consent that waits to be signed, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    pub id: ConsentId,
    pub person: PersonId,
    pub recipient: Recipient,
    pub text_version: i32,
    pub language: Language,
    pub signature: SignatureId,
    pub document_hash: Hash,
    pub prepared_at: Timestamp,
    /// When the person withdrew before it was settled.
    pub overtaken_at: Option<Timestamp>,
    pub settled_as: Option<Settlement>,
}

/// A completed signature, as it bears on a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signing {
    pub at: Timestamp,
    /// Whether the wording was in force when the person began to sign.
    pub is_in_force: bool,
}

/// What a signature led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    Given,
    /// Another consent held already.
    AlreadyGiven,
    /// The person withdrew after it was prepared, or another wording had come into force before it was signed.
    Overtaken,
}

/// What is to be done about a signed preparation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settling {
    /// It was settled before: nothing.
    Before(Settlement),
    /// The consent begins to hold.
    Give(Consent),
    /// The signature is kept and changes nothing.
    Keep(Settlement),
}

/// Whether and since when the person consents to the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'c> {
    Never,
    Withdrawn(Withdrawn),
    Holds(&'c Consent),
}

/// How the consents of one person to one recipient stand together. One that was given before the person's latest
/// withdrawal does not hold, under whichever id either was done.
pub fn standing(consents: &[Consent]) -> Standing<'_> {
    let withdrawn = consents.iter().filter_map(|consent| consent.withdrawn);
    let latest = withdrawn.max_by_key(|withdrawn| withdrawn.at);
    let holding = consents
        .iter()
        .filter(|consent| consent.withdrawn.is_none())
        .filter(|consent| latest.is_none_or(|latest| consent.given_at >= latest.at))
        .min_by_key(|consent| (consent.given_at, consent.id));
    match (holding, latest) {
        (Some(consent), _) => Standing::Holds(consent),
        (None, Some(withdrawn)) => Standing::Withdrawn(withdrawn),
        (None, None) => Standing::Never,
    }
}

/// The same consents, those that were not withdrawn withdrawn now. Answers the changed ones.
pub fn withdraw(consents: &[Consent], at: Timestamp, by: Withdrawer) -> Vec<Consent> {
    consents
        .iter()
        .filter(|consent| consent.withdrawn.is_none())
        .map(|consent| Consent {
            withdrawn: Some(Withdrawn { at, by }),
            ..consent.clone()
        })
        .collect()
}

impl Preparation {
    /// Whether it can still be signed to any effect.
    pub fn is_open(&self) -> bool {
        self.settled_as.is_none() && self.overtaken_at.is_none()
    }

    /// What its signature leads to, given all consents of the person to the recipient.
    pub fn settle(&self, signing: Signing, consents: &[Consent]) -> Settling {
        if let Some(settlement) = self.settled_as {
            return Settling::Before(settlement);
        }
        if self.overtaken_at.is_some() || !signing.is_in_force {
            return Settling::Keep(Settlement::Overtaken);
        }
        // BankID's clock is another than ours: nothing was signed before it was prepared.
        let given_at = signing.at.max(self.prepared_at);
        match standing(consents) {
            Standing::Holds(_) => Settling::Keep(Settlement::AlreadyGiven),
            // Withdrawn under another id, before the two were known to be one person.
            Standing::Withdrawn(withdrawn) if withdrawn.at > given_at => {
                Settling::Keep(Settlement::Overtaken)
            }
            Standing::Never | Standing::Withdrawn(_) => Settling::Give(Consent {
                id: self.id,
                person: self.person,
                recipient: self.recipient,
                given_at,
                withdrawn: None,
            }),
        }
    }
}

impl Withdrawer {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Agency => "agency",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Person, Self::Agency]
            .into_iter()
            .find(|withdrawer| withdrawer.code() == code)
    }
}

impl Settlement {
    pub const ALL: [Self; 3] = [Self::Given, Self::AlreadyGiven, Self::Overtaken];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::AlreadyGiven => "already_given",
            Self::Overtaken => "overtaken",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|settlement| settlement.code() == code)
    }
}

#[cfg(test)]
pub(crate) mod tests;
