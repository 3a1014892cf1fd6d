//! The ids of attendance, and of what other contexts own and attendance points at.

use platform::ids::typed_id;

typed_id!(
    /// A month report: one per placement and month.
    MonthReportId,
    /// A placement, which participants owns.
    PlacementId,
    /// A person, known by number to identity alone.
    PersonId,
    /// One person's account in one organisation.
    AccountId,
    /// An organisation.
    OrganisationId,
    /// A unit of an organisation.
    UnitId,
    /// An office of a unit.
    OfficeId,
    /// A signature, which identity keeps as evidence.
    SignatureId,
    /// A document of a placement, such as a sent plan.
    DocumentId,
);
