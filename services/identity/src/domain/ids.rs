//! The kinds of id that identity hands out or is given.

use platform::ids::typed_id;

typed_id!(
    /// A person, everywhere in Deltaga.
    PersonId,
    /// A sign-in or signing under way at BankID.
    FlowId,
    /// A session of a signed-in person.
    SessionId,
    /// Something to sign; chosen by the context that asks.
    SignatureId,
    /// A machine client.
    ClientId,
    /// An organisation; staff owns it.
    OrganisationId,
    /// An invitation; chosen by the context that invites.
    InvitationId,
    /// What an invitation leads to or a signature is about; owned by another context.
    SubjectId,
    /// A staff account; staff owns it.
    AccountId
);
