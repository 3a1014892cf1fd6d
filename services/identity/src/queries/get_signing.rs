//! How far a signing has come, told to the session that started it alone.

use platform::auth::SignedIn;

use super::flow_view::FlowView;
use crate::domain::flow::Purpose;
use crate::domain::ids::{FlowId, SignatureId};
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::flows::{self, StoredFlow};

/// A signing.
pub struct Signing {
    /// The flow.
    pub flow: FlowView,
    /// What it signs.
    pub signature_ids: Vec<SignatureId>,
}

/// Reads a signing.
pub async fn get_signing(parts: &Parts, who: &SignedIn, flow_id: FlowId) -> Result<Signing> {
    let (stored, signature_ids) = find(parts, who, flow_id).await?;
    Ok(Signing {
        flow: FlowView::stored(parts, &stored)?,
        signature_ids,
    })
}

/// The signing of a session, while it is answered.
pub async fn find(parts: &Parts, who: &SignedIn, flow_id: FlowId) -> Result<(StoredFlow, Vec<SignatureId>)> {
    let stored = flows::find(parts.database.pool(), flow_id).await?;
    let stored = stored
        .filter(|stored| stored.flow.is_answered(parts.now()))
        .ok_or(Error::NotFound("flow"))?;
    match &stored.flow.purpose {
        Purpose::Signing {
            session_id,
            signature_ids,
            ..
        } if session_id.as_uuid() == who.session_id => {
            let signature_ids = signature_ids.clone();
            Ok((stored, signature_ids))
        }
        Purpose::Signing { .. } | Purpose::SignIn { .. } => Err(Error::NotFound("flow")),
    }
}
