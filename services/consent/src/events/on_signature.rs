//! `identity.signature.v1`: consents that were signed, whether or not somebody waits for the answer.

use platform::audit::Actor;
use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::grpc::convert::timestamp;
use platform::outbox::{OutboxError, Revision};
use proto::identity::events::v1::{SignatureOutcome, SignatureState};

use super::{id, unreadable};
use crate::commands::complete_signature::complete_signature;
use crate::error::ConsentError;
use crate::identity::{CONTEXT, Signed};

/// Completes what was signed.
#[derive(Clone, Copy, Debug)]
pub struct OnSignature;

impl StateHandler for OnSignature {
    type Message = SignatureState;

    const TOPIC: &'static str = "identity.signature.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<SignatureState>,
    ) -> Result<(), ApplyError> {
        let Some(state) = state.filter(|state| state.context == CONTEXT) else {
            return Ok(());
        };
        match state.outcome() {
            SignatureOutcome::Prepared => Ok(()),
            SignatureOutcome::Signed => {
                let at = timestamp(state.signed_at.as_ref()).ok_or_else(unreadable)?;
                let signed = Signed {
                    document_hash: state.document_hash.to_vec(),
                    began_at: timestamp(state.started_at.as_ref()).unwrap_or(at),
                    at,
                };
                let actor = Actor::system("consent.signatures");
                let completed = complete_signature(tx, &actor, id(key)?, &signed).await;
                completed.map(|_| ()).map_err(unappliable)
            }
            SignatureOutcome::Unspecified => Err(unreadable()),
        }
    }
}

fn unappliable(error: ConsentError) -> ApplyError {
    let reason = match error {
        ConsentError::Db(error) | ConsentError::Outbox(OutboxError::Db(error)) => return error.into(),
        ConsentError::NotFound(_) => "signature_unknown",
        ConsentError::OtherDocument => "other_document",
        ConsentError::NotHeardOf(_)
        | ConsentError::TooEarly
        | ConsentError::TextNotInForce
        | ConsentError::AlreadyGiven(_)
        | ConsentError::NotSigned
        | ConsentError::Sending(_)
        | ConsentError::Rejected(_)
        | ConsentError::Idempotency(_)
        | ConsentError::Outbox(OutboxError::TooLarge { .. }) => "refused",
    };
    ApplyError::Unappliable { reason }
}
