//! The ids of staff, and of what identity owns and staff points at.

use platform::ids::typed_id;

typed_id!(
    /// An organisation; the key everywhere.
    OrganisationId,
    /// A unit of an organisation.
    UnitId,
    /// An office of a unit.
    OfficeId,
    /// One person's account in one organisation.
    AccountId,
    /// A nomination of an administrator.
    NominationId,
    /// An invitation, which identity sends.
    InvitationId,
    /// A person, known by number to identity alone.
    PersonId,
);

/// The person who signed in, under the id of the session and those joined to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub person: PersonId,
    pub aliases: Vec<PersonId>,
}

impl Who {
    /// Whether the id is this person's, under whichever id it was written down.
    pub fn is(&self, person: PersonId) -> bool {
        self.person == person || self.aliases.contains(&person)
    }

    /// Every id of the person.
    pub fn ids(&self) -> Vec<PersonId> {
        std::iter::once(self.person)
            .chain(self.aliases.iter().copied())
            .collect()
    }
}
