//! A signing that BankID completed: the signature is verified over exactly what was shown and hidden, by the person who
//! is signed in; the evidence is kept, and the documents count as signed.

use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;
use proto::identity::v1 as pb;

use super::collect_order::Effect;
use super::start_flow::after;
use crate::bankid::{Completion, OrderRequest, SignContent};
use crate::domain::flow::{Flow, Purpose};
use crate::domain::ids::{PersonId, SignatureId};
use crate::error::Result;
use crate::events::publish;
use crate::evidence::{EvidenceError, Expected, verify};
use crate::parts::Parts;
use crate::store::flows::{self, StoredFlow};
use crate::store::sealing::{FLOW_COMPLETION, FLOW_REQUEST, open, seal};
use crate::store::signatures::{self, Evidence};

/// BankID's clock and ours may differ so much.
const CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(2);

/// Signatures to keep.
pub struct NewSignatures<'a> {
    flow: &'a Flow,
    person_id: PersonId,
    signature_ids: &'a [SignatureId],
    request: OrderRequest,
    signing: SignContent,
    completion: &'a Completion,
    signed_at: Timestamp,
}

/// Judges a completed signing; the message says why it brings nothing about.
pub fn accept<'a>(
    parts: &Parts,
    stored: &'a StoredFlow,
    completion: &'a Completion,
) -> Result<Effect<'a>, pb::BankidMessage> {
    let flow = &stored.flow;
    let problem = pb::BankidMessage::TechnicalProblem;
    let Purpose::Signing {
        person_id,
        signature_ids,
        ..
    } = &flow.purpose
    else {
        return Err(problem);
    };
    let request = open::<OrderRequest>(&parts.keys, FLOW_REQUEST, flow.flow_id.as_uuid(), &stored.request);
    let request = request.map_err(|_| problem)?;
    let signing = request.signing.clone().ok_or(problem)?;
    if completion.user.personal_number != signing.personal_number {
        return Err(pb::BankidMessage::WrongPerson);
    }
    let now = parts.now();
    let expected = Expected {
        person_number: &signing.personal_number,
        visible_data: request.visible.as_bytes(),
        non_visible_data: signing.hidden.as_bytes(),
        signed_between: (
            after(flow.order_started_at, -CLOCK_DIFFERENCE),
            after(now, CLOCK_DIFFERENCE),
        ),
    };
    let verified = verify(
        &completion.signature,
        &completion.ocsp_response,
        &expected,
        &parts.anchors,
    );
    if let Err(error) = verified {
        if matches!(error, EvidenceError::Signer) {
            return Err(pb::BankidMessage::WrongPerson);
        }
        parts.measures.rejected_evidence();
        tracing::error!(flow_id = %flow.flow_id, %error, "a signature from BankID does not hold");
        return Err(problem);
    }
    Ok(Effect::Signatures(NewSignatures {
        flow,
        person_id: *person_id,
        signature_ids,
        request,
        signing,
        completion,
        signed_at: now,
    }))
}

impl NewSignatures<'_> {
    /// Ends the flow and keeps the signatures; nothing if the flow was cancelled meanwhile.
    pub async fn apply(&self, parts: &Parts, tx: &mut Tx) -> Result<()> {
        let flow = self.flow;
        let sealed = seal(
            &parts.keys,
            FLOW_COMPLETION,
            flow.flow_id.as_uuid(),
            &self.completion.whole,
        );
        if !flows::complete(tx, flow.flow_id, &sealed).await? {
            return Ok(());
        }
        let evidence = Evidence {
            personal_number: &self.signing.personal_number,
            visible: &self.request.visible,
            hidden: &self.signing.hidden,
            completion: &self.completion.whole,
        };
        signatures::keep_evidence(tx, &parts.keys, flow.flow_id, self.person_id, &evidence).await?;
        let (started_at, signed_at) = (flow.order_started_at, self.signed_at);
        let signed = signatures::sign(tx, self.signature_ids, flow.flow_id, started_at, signed_at).await?;
        for signature in &signed {
            publish::signature(tx, signature).await?;
        }
        Ok(())
    }
}
