//! Starts one order for prepared documents of the caller: up to five, or one where several together are not offered. Whatever the same session was signing before is
//! cancelled: BankID would refuse a second order of the same person.

use platform::auth::SignedIn;

use super::cancel_flow;
use super::start_flow::{Start, StartedFlow, count_start, start};
use crate::bankid::{OrderRequest, SignContent};
use crate::domain::flow::Purpose;
use crate::domain::ids::{FlowId, PersonId, SessionId, SignatureId};
use crate::domain::signature::{LONGEST_VISIBLE, OrderContent, Signature, TextsTooLong};
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::{flows, persons, signatures};
use platform::grpc::FieldViolation;
use proto::errors::v1::ErrorReason;

/// Starts a signing.
pub async fn start_signing(
    parts: &Parts,
    who: &SignedIn,
    ids: &[SignatureId],
    how: &Start,
) -> Result<StartedFlow> {
    parts.additions.check_documents(ids.len())?;
    let documents = documents(parts, who, ids).await?;
    let heading = parts.bankid_config.signing_heading.of(how.language);
    let content = OrderContent::compose(heading, &documents).map_err(|TextsTooLong| too_long())?;
    count_start(parts, &format!("session {}", who.session_id)).await?;
    let session_id = SessionId::from_uuid(who.session_id);
    for flow_id in flows::pending_signings(parts.database.pool(), session_id).await? {
        cancel_flow::cancel(parts, flow_id).await?;
    }
    let person_id = PersonId::from_uuid(who.person_id);
    let request = OrderRequest {
        address: how.end_user.address,
        user_agent: how.end_user.user_agent.clone(),
        return_url: how.return_url.clone(),
        visible: content.visible,
        signing: Some(SignContent {
            personal_number: number_of(parts, person_id).await?,
            hidden: content.hidden,
        }),
    };
    let purpose = Purpose::Signing {
        person_id,
        session_id,
        signature_ids: ids.to_vec(),
    };
    start(
        parts,
        FlowId::new(&*parts.clock, &*parts.entropy),
        purpose,
        how,
        &request,
        None,
    )
    .await
}

async fn documents(parts: &Parts, who: &SignedIn, ids: &[SignatureId]) -> Result<Vec<(Signature, String)>> {
    let mut found = signatures::find(parts.database.pool(), ids).await?;
    let mut documents = Vec::with_capacity(ids.len());
    for id in ids {
        let place = found
            .iter()
            .position(|stored| stored.signature.signature_id == *id);
        let stored = found.swap_remove(place.ok_or(Error::NotFound("signature"))?);
        // Somebody else's is as unknown as one that is not: ids tell nothing.
        if !who.is(stored.signature.person_id.as_uuid()) {
            return Err(Error::NotFound("signature"));
        }
        if stored.signature.is_signed() {
            return Err(Error::AlreadySigned);
        }
        let text = stored.text(&parts.keys)?;
        documents.push((stored.signature, text));
    }
    Ok(documents)
}

async fn number_of(parts: &Parts, person_id: PersonId) -> Result<String> {
    let resolved = persons::resolve(parts.database.pool(), &parts.keys, &[person_id]).await?;
    let person = resolved.into_iter().next().ok_or(Error::NotFound("person"))?;
    Ok(person.number.to_string())
}

fn too_long() -> Error {
    Error::Fields(vec![
        FieldViolation::new("signature_ids", ErrorReason::FieldTooLong).with("limit", LONGEST_VISIBLE),
    ])
}
