//! The ids of export, and of what others own and export points at.

use platform::ids::typed_id;

typed_id!(
    /// A run of a month for a recipient.
    RunId,
    /// A part of a run; its delivery has the same id.
    PartId,
    /// A portion of rows that are not sent; its delivery has the same id.
    PortionId,
    /// A month report of attendance.
    MonthReportId,
    /// A placement.
    PlacementId,
    /// A person, known by number to identity alone.
    PersonId,
    /// An organisation.
    OrganisationId,
    /// A unit of an organisation.
    UnitId,
);
