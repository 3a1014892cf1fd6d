//! `identity.signature.v1`: signatures of months that were completed, whether or not anybody asked for them.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::grpc::convert::timestamp;
use platform::outbox::{OutboxError, Revision};
use proto::identity::events::v1 as identity;
use proto::identity::events::v1::SignatureOutcome;

use super::read;
use crate::commands::complete_approval::complete_signature;
use crate::error::AttendanceError;
use crate::identity::{CONTEXT, Signed};

/// Takes completed signatures in.
#[derive(Clone, Copy, Debug)]
pub struct OnSignature;

impl StateHandler for OnSignature {
    type Message = identity::SignatureState;

    const TOPIC: &'static str = "identity.signature.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<Self::Message>,
    ) -> Result<(), ApplyError> {
        let ours = state.filter(|state| state.context == CONTEXT);
        match ours {
            Some(state) if state.outcome() == SignatureOutcome::Signed => {
                let signed = signed(key, &state)?;
                complete_signature(tx, &signed).await.map_err(failed)?;
                Ok(())
            }
            // Evidence outlives what identity goes on telling of it.
            Some(_) | None => Ok(()),
        }
    }
}

fn signed(key: &str, state: &identity::SignatureState) -> Result<Signed, ApplyError> {
    let hash = state.document_hash.as_ref().try_into();
    Ok(Signed {
        signature: read::id(key)?,
        person: read::id(&state.person_id)?,
        hash: hash.map_err(|_| read::unreadable("hash_malformed"))?,
        started_at: timestamp(state.started_at.as_ref()).ok_or(read::unreadable("started_at_missing"))?,
        signed_at: timestamp(state.signed_at.as_ref()).ok_or(read::unreadable("signed_at_missing"))?,
    })
}

fn failed(error: AttendanceError) -> ApplyError {
    if let AttendanceError::Db(error) | AttendanceError::Outbox(OutboxError::Db(error)) = error {
        ApplyError::Db(error)
    } else {
        read::unreadable("signature_refused")
    }
}
