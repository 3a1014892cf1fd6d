//! Calls to identity about signatures. Never made inside a transaction.

use jiff::Timestamp;
use platform::grpc::convert::timestamp;
use platform::grpc::{ClientChannel, Code, Rejection};
use proto::identity::v1 as pb;
use proto::identity::v1::signing_service_client::SigningServiceClient;

use crate::domain::ids::{MonthReportId, PersonId, SignatureId};

/// Kind of document, as it stands in the hidden data of the signature.
pub const DOCUMENT_KIND: &str = "month_report";
/// How identity knows us.
pub const CONTEXT: &str = "attendance";

/// Identity, as attendance needs it. Clones share the channel.
#[derive(Clone)]
pub struct Identity {
    signings: SigningServiceClient<ClientChannel>,
}

/// What identity is told of a document to sign: frozen before it hears of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Preparation {
    pub signature: SignatureId,
    pub report: MonthReportId,
    pub hash: [u8; 32],
    pub visible_text: String,
    pub person: PersonId,
}

/// A signature that BankID completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    pub signature: SignatureId,
    pub person: PersonId,
    pub hash: [u8; 32],
    /// When the order that was completed began.
    pub started_at: Timestamp,
    pub signed_at: Timestamp,
}

impl Identity {
    pub fn new(channel: ClientChannel) -> Self {
        Self {
            signings: SigningServiceClient::new(channel),
        }
    }

    /// Registers the document. The same again changes nothing.
    pub async fn prepare(&self, document: &Preparation) -> Result<(), Rejection> {
        let request = pb::PrepareSignatureRequest {
            signature_id: document.signature.to_string(),
            kind: DOCUMENT_KIND.to_owned(),
            document_id: document.report.to_string(),
            document_hash: document.hash.to_vec().into(),
            visible_text: document.visible_text.clone(),
            person_id: document.person.to_string(),
            context: CONTEXT.to_owned(),
        };
        self.signings
            .clone()
            .prepare_signature(request)
            .await
            .map_err(|status| Rejection::from_status(&status))?;
        Ok(())
    }

    /// The signature, once it is there. One that identity never heard of is not: the preparation was cut short.
    pub async fn signature(&self, signature: SignatureId) -> Result<Option<Signed>, Rejection> {
        let request = pb::GetSignatureRequest {
            signature_id: signature.to_string(),
        };
        let answer = self.signings.clone().get_signature(request).await;
        let answer = match answer {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                let refusal = Rejection::from_status(&status);
                return if refusal.code() == Code::NotFound {
                    Ok(None)
                } else {
                    Err(refusal)
                };
            }
        };
        match answer.state() {
            pb::SignatureState::Signed => read(signature, &answer).map(Some).ok_or_else(unreadable),
            pb::SignatureState::Prepared => Ok(None),
            pb::SignatureState::Unspecified => Err(unreadable()),
        }
    }
}

fn read(signature: SignatureId, answer: &pb::GetSignatureResponse) -> Option<Signed> {
    Some(Signed {
        signature,
        person: answer.person_id.parse().ok()?,
        hash: answer.document_hash.as_ref().try_into().ok()?,
        started_at: timestamp(answer.started_at.as_ref())?,
        signed_at: timestamp(answer.signed_at.as_ref())?,
    })
}

fn unreadable() -> Rejection {
    Rejection::internal("identity answered with a signature that cannot be read")
}
