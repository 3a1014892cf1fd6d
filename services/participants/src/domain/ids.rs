//! The ids of participants, and of what others own and participants points at.

use platform::ids::typed_id;

typed_id!(
    /// A placement.
    PlacementId,
    /// A document: a sent version of a joint plan.
    DocumentId,
    /// A person, known by number to identity alone.
    PersonId,
    /// An organisation.
    OrganisationId,
    /// A unit of an organisation.
    UnitId,
    /// An office of a unit.
    OfficeId,
    /// A staff account.
    AccountId,
);
