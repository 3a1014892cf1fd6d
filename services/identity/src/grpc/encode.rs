//! From the domain to the contract: exhaustive, so that a new state cannot be forgotten.

pub mod own;

use platform::grpc::convert::to_timestamp;
use prost_types::Timestamp;
use proto::identity::v1 as pb;

use crate::domain::client::{Client, ClientKind};
use crate::domain::flow::FlowState;
use crate::domain::invitation::{InvitationKind, InvitationState};
use crate::domain::secret::SecretToken;
use crate::domain::session::Session;
use crate::domain::signature::{Signature, SignatureState};
use crate::queries::flow_view::FlowView;
use crate::store::sessions::ListedSession;

/// A flow for the wire.
pub fn to_flow(view: FlowView) -> pb::BankidFlow {
    let state = match view.state {
        FlowState::Pending { .. } => pb::FlowState::Pending,
        FlowState::Complete { .. } => pb::FlowState::Complete,
        FlowState::Failed { .. } => pb::FlowState::Failed,
    };
    pb::BankidFlow {
        flow_id: view.flow_id.to_string(),
        state: state.into(),
        message: view.message().into(),
        qr_text: view.qr_text,
        autostart_token: view.autostart_token,
        expires_at: Some(to_timestamp(view.expires_at)),
    }
}

/// A session for the wire.
pub fn to_session(session: &Session, reference_token: &SecretToken) -> pb::Session {
    pb::Session {
        session_id: session.session_id.to_string(),
        reference_token: reference_token.expose().to_owned(),
        idle_expires_at: Some(to_timestamp(session.idle_expires_at())),
        expires_at: Some(to_timestamp(session.expires_at)),
    }
}

/// A listed session for the wire.
pub fn to_session_summary(listed: ListedSession, current: uuid::Uuid) -> pb::SessionSummary {
    pb::SessionSummary {
        session_id: listed.session.session_id.to_string(),
        started_at: Some(to_timestamp(listed.session.started_at)),
        last_used_at: Some(to_timestamp(listed.session.last_used_at)),
        user_agent: listed.user_agent,
        is_current: listed.session.session_id.as_uuid() == current,
    }
}

/// A signature's state for the wire.
pub fn to_signature_state(state: SignatureState) -> pb::SignatureState {
    match state {
        SignatureState::Prepared => pb::SignatureState::Prepared,
        SignatureState::Signed { .. } => pb::SignatureState::Signed,
    }
}

/// When the completed order of a signature began and was completed, for the wire.
pub fn to_signature_times(state: SignatureState) -> Option<(Timestamp, Timestamp)> {
    match state {
        SignatureState::Prepared => None,
        SignatureState::Signed {
            started_at,
            signed_at,
        } => Some((to_timestamp(started_at), to_timestamp(signed_at))),
    }
}

/// A signature for the wire.
pub fn to_signature(signature: &Signature) -> pb::GetSignatureResponse {
    let (started_at, signed_at) = to_signature_times(signature.state).unzip();
    pb::GetSignatureResponse {
        state: to_signature_state(signature.state).into(),
        person_id: signature.person_id.to_string(),
        document_hash: signature.document_hash.0.to_vec().into(),
        started_at,
        signed_at,
    }
}

/// A client for the wire.
pub fn to_client(client: &Client) -> pb::Client {
    let kind = match client.kind {
        ClientKind::Agency => pb::ClientKind::Agency,
        ClientKind::Supplier => pb::ClientKind::Supplier,
    };
    pb::Client {
        client_id: client.client_id.to_string(),
        display_name: client.display_name.as_str().to_owned(),
        kind: kind.into(),
        organisation_id: client.organisation_id.to_string(),
        certificate_thumbprint: client.certificate.to_string(),
        registered_at: Some(to_timestamp(client.registered_at)),
        removed_at: client.removed_at.map(to_timestamp),
    }
}

/// An invitation's state for the wire.
pub fn to_invitation_state(state: InvitationState) -> pb::InvitationState {
    match state {
        InvitationState::Queued => pb::InvitationState::Queued,
        InvitationState::Sent => pb::InvitationState::Sent,
        InvitationState::Failed => pb::InvitationState::Failed,
        InvitationState::Used => pb::InvitationState::Used,
        InvitationState::Cancelled => pb::InvitationState::Cancelled,
        InvitationState::Expired => pb::InvitationState::Expired,
    }
}

/// What an invitation leads to, for the wire.
pub fn to_invitation_kind(kind: InvitationKind) -> pb::InvitationKind {
    match kind {
        InvitationKind::Nomination => pb::InvitationKind::Nomination,
        InvitationKind::Colleague => pb::InvitationKind::Colleague,
        InvitationKind::ProjectParticipant => pb::InvitationKind::ProjectParticipant,
    }
}
