//! Starts a sign-in. The browser gets a secret of its own; the session's token follows from it by a keyed hash, so that
//! whoever collects the order can make the session and whoever holds the secret gets the same answer again.

use platform::keys::{KeyRing, Purpose as KeyPurpose};

use super::start_flow::{Start, StartedFlow, count_start, start};
use crate::bankid::OrderRequest;
use crate::domain::flow::Purpose;
use crate::domain::ids::FlowId;
use crate::domain::portal::Portal;
use crate::domain::secret::SecretToken;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::flows::TokenHashes;

const REFERENCE_TOKEN: KeyPurpose = KeyPurpose::new("session.reference_token");

/// A sign-in that began.
pub struct StartedSignIn {
    /// The flow.
    pub started: StartedFlow,
    /// The browser's secret.
    pub flow_token: SecretToken,
}

/// Starts a sign-in.
pub async fn start_sign_in(parts: &Parts, portal: Portal, how: &Start) -> Result<StartedSignIn> {
    count_start(parts, &how.end_user.address.to_string()).await?;
    let flow_id = FlowId::new(&*parts.clock, &*parts.entropy);
    let flow_token = SecretToken::draw(&*parts.entropy);
    let session_token = reference_token(&parts.keys, flow_id, &flow_token);
    let request = OrderRequest {
        address: how.end_user.address,
        user_agent: how.end_user.user_agent.clone(),
        return_url: how.return_url.clone(),
        visible: parts.bankid_config.sign_in_text(portal, how.language).to_owned(),
        signing: None,
    };
    let tokens = TokenHashes {
        flow_token: flow_token.hash(),
        session_token: session_token.hash(),
    };
    let started = start(
        parts,
        flow_id,
        Purpose::SignIn { portal },
        how,
        &request,
        Some(tokens),
    )
    .await?;
    Ok(StartedSignIn { started, flow_token })
}

/// The reference token that follows from a flow and its secret.
pub fn reference_token(keys: &KeyRing, flow_id: FlowId, flow_token: &SecretToken) -> SecretToken {
    let bytes = [
        flow_id.as_uuid().as_bytes().as_slice(),
        flow_token.expose().as_bytes(),
    ]
    .concat();
    SecretToken::from_bytes(&keys.mac(REFERENCE_TOKEN, &bytes))
}
