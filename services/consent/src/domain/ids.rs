//! The ids of consent, and of what other contexts own and consent points at.

use platform::ids::typed_id;

typed_id!(
    /// A consent; also its document while it waits to be signed.
    ConsentId,
    /// A person, known by number to identity alone.
    PersonId,
    /// A signature, which identity keeps as evidence.
    SignatureId,
    /// A placement of a person with a provider.
    PlacementId,
    /// The report of one month of a placement.
    MonthReportId,
    /// A part of an export: what is sent as one file.
    PartId,
    /// A delivery of export: a part, or rows withheld.
    DeliveryId,
    /// An organisation.
    OrganisationId,
    /// A unit of an organisation.
    UnitId,
    /// An office of a unit.
    OfficeId,
);

/// The person who signed in, under the id of the session and those joined to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub person: PersonId,
    pub aliases: Vec<PersonId>,
}

impl Who {
    /// Every id of the person.
    pub fn ids(&self) -> Vec<PersonId> {
        std::iter::once(self.person)
            .chain(self.aliases.iter().copied())
            .collect()
    }
}
