//! How far a sign-in has come, told to the holder of the flow's secret alone. A completed one gives the same session
//! again for five minutes.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::flow_view::FlowView;
use crate::commands::start_sign_in::reference_token;
use crate::domain::flow::FlowState;
use crate::domain::ids::FlowId;
use crate::domain::secret::SecretToken;
use crate::domain::session::Session;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::flows::{self, StoredFlow};
use crate::store::sessions;

/// A sign-in.
pub struct SignIn {
    /// The flow.
    pub flow: FlowView,
    /// The session and its reference token, once complete.
    pub session: Option<(Session, SecretToken)>,
}

/// Reads a sign-in.
pub async fn get_sign_in(parts: &Parts, flow_id: FlowId, flow_token: &SecretToken) -> Result<SignIn> {
    let stored = find(parts, flow_id, flow_token).await?;
    let session = match stored.flow.state {
        FlowState::Pending { .. } | FlowState::Failed { .. } => None,
        FlowState::Complete { .. } => {
            let session = sessions::of_flow(parts.database.pool(), flow_id).await?;
            let session = session.ok_or_else(|| Error::inconsistent("sessions", "flow_id", flow_id))?;
            Some((session, reference_token(&parts.keys, flow_id, flow_token)))
        }
    };
    Ok(SignIn {
        flow: FlowView::stored(parts, &stored)?,
        session,
    })
}

/// The sign-in of a flow and its secret, while it is answered.
pub async fn find(parts: &Parts, flow_id: FlowId, flow_token: &SecretToken) -> Result<StoredFlow> {
    let stored = flows::find(parts.database.pool(), flow_id).await?;
    let stored =
        stored.filter(|stored| stored.flow.is_answered(parts.now()) && is_holder(stored, flow_token));
    stored.ok_or(Error::NotFound("flow"))
}

fn is_holder(stored: &StoredFlow, flow_token: &SecretToken) -> bool {
    stored
        .tokens
        .is_some_and(|tokens| verify_slices_are_equal(&tokens.flow_token, &flow_token.hash()).is_ok())
}
