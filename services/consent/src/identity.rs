//! Calls to identity: preparing a signature, and reading what became of one. Never made inside a transaction.

use jiff::Timestamp;
use platform::grpc::convert::timestamp;
use platform::grpc::{ClientChannel, Code, Rejection};
use proto::identity::v1 as pb;
use proto::identity::v1::signing_service_client::SigningServiceClient;

use crate::domain::consent::Preparation;
use crate::domain::ids::SignatureId;

/// What consents are called among documents to sign.
pub const KIND: &str = "consent";
/// The name under which consent prepares signatures.
pub const CONTEXT: &str = "consent";

/// Identity, as consent needs it. Clones share the channel.
#[derive(Clone)]
pub struct Identity {
    signing: SigningServiceClient<ClientChannel>,
}

/// A signature that was completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub document_hash: Vec<u8>,
    /// When the person began to sign.
    pub began_at: Timestamp,
    pub at: Timestamp,
}

impl Identity {
    pub fn new(channel: ClientChannel) -> Self {
        Self {
            signing: SigningServiceClient::new(channel),
        }
    }

    /// Registers the document. The same again changes nothing.
    pub async fn prepare(&self, preparation: &Preparation, visible_text: String) -> Result<(), Rejection> {
        let request = pb::PrepareSignatureRequest {
            signature_id: preparation.signature.to_string(),
            kind: KIND.to_owned(),
            document_id: preparation.id.to_string(),
            document_hash: preparation.document_hash.to_vec().into(),
            visible_text,
            person_id: preparation.person.to_string(),
            context: CONTEXT.to_owned(),
        };
        self.signing
            .clone()
            .prepare_signature(request)
            .await
            .map_err(|status| refused(&status))?;
        Ok(())
    }

    /// The signature, if it was completed.
    pub async fn signed(&self, signature: SignatureId) -> Result<Option<Signed>, Rejection> {
        let request = pb::GetSignatureRequest {
            signature_id: signature.to_string(),
        };
        let answer = self.signing.clone().get_signature(request).await;
        let answer = answer.map_err(|status| refused(&status))?.into_inner();
        match answer.state() {
            pb::SignatureState::Prepared => Ok(None),
            pb::SignatureState::Signed => {
                let at = timestamp(answer.signed_at.as_ref())
                    .ok_or_else(|| Rejection::internal("identity does not say when it was signed"))?;
                Ok(Some(Signed {
                    document_hash: answer.document_hash.to_vec(),
                    began_at: timestamp(answer.started_at.as_ref()).unwrap_or(at),
                    at,
                }))
            }
            pb::SignatureState::Unspecified => Err(Rejection::internal(
                "identity does not say how far the signature is",
            )),
        }
    }
}

// That identity refuses us, or does not know what we registered, is no fault of our caller's.
fn refused(status: &tonic::Status) -> Rejection {
    let refusal = Rejection::from_status(status);
    match refusal.code() {
        Code::Unauthenticated
        | Code::Forbidden
        | Code::Invalid
        | Code::NotFound
        | Code::AlreadyExists
        | Code::Conflict
        | Code::Precondition
        | Code::Internal => Rejection::internal(refusal),
        Code::Exhausted | Code::Unavailable | Code::Deadline => refusal,
    }
}
