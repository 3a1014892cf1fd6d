//! Calls to identity: registering numbers, and what shall become of invitations. Never made inside a transaction.

use platform::grpc::convert::to_timestamp;
use platform::grpc::{ClientChannel, Code, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::invitation_service_client::InvitationServiceClient;
use proto::identity::v1::person_service_client::PersonServiceClient;
use proto::types::v1::Language as PbLanguage;

use crate::domain::contact::{BankIdName, ContactFault, ContactPoint};
use crate::domain::ids::{InvitationId, PersonId};
use crate::domain::invitation::{InvitationOrder, InvitationSubject, Language};
use crate::domain::number::PersonalNumber;

/// Numbers in one call.
pub const MOST_NUMBERS: usize = 500;

/// Identity, as staff needs it. Clones share the channel.
#[derive(Clone)]
pub struct Identity {
    persons: PersonServiceClient<ClientChannel>,
    invitations: InvitationServiceClient<ClientChannel>,
}

impl Identity {
    pub fn new(channel: ClientChannel) -> Self {
        Self {
            persons: PersonServiceClient::new(channel.clone()),
            invitations: InvitationServiceClient::new(channel),
        }
    }

    /// The person of each number, at most [`MOST_NUMBERS`].
    pub async fn register_persons(&self, numbers: &[&PersonalNumber]) -> Result<Vec<PersonId>, Rejection> {
        let request = pb::RegisterPersonsRequest {
            numbers: numbers.iter().map(|number| number.expose().to_owned()).collect(),
        };
        let answer = self
            .persons
            .clone()
            .register_persons(request)
            .await
            .map_err(|status| refused(&status))?
            .into_inner();
        let ids: Vec<PersonId> = answer
            .person_ids
            .iter()
            .filter_map(|id| PersonId::parse(id).ok())
            .collect();
        if ids.len() == numbers.len() {
            Ok(ids)
        } else {
            Err(Rejection::internal("identity answered with other ids"))
        }
    }

    /// The person of one number; a wrong one is told as a violation of `field`.
    pub async fn register_person(&self, number: &PersonalNumber, field: &str) -> Result<PersonId, Rejection> {
        let registered = self.register_persons(&[number]).await;
        let ids = registered.map_err(|refusal| match refusal.violations().first() {
            Some(violation) => Rejection::invalid().field(field, violation.reason),
            None => refusal,
        })?;
        ids.into_iter()
            .next()
            .ok_or_else(|| Rejection::internal("identity answered without an id"))
    }

    /// Queues the invitation. The same again changes nothing.
    pub async fn invite(&self, order: &InvitationOrder, contact: &ContactPoint) -> Result<(), Rejection> {
        let (kind, subject_id) = match order.subject {
            InvitationSubject::Nomination(id) => (pb::InvitationKind::Nomination, id.to_string()),
            InvitationSubject::Colleague(id) => (pb::InvitationKind::Colleague, id.to_string()),
        };
        let (email, mobile) = match contact {
            ContactPoint::Email(email) => (email.as_str().to_owned(), String::new()),
            ContactPoint::Mobile(mobile) => (String::new(), mobile.as_str().to_owned()),
        };
        let request = pb::InviteRequest {
            invitation_id: order.id.to_string(),
            kind: kind.into(),
            subject_id,
            email,
            mobile,
            language: language(order.language).into(),
            expires_at: Some(to_timestamp(order.expires_at)),
        };
        self.invitations
            .clone()
            .invite(request)
            .await
            .map_err(|status| refused(&status))?;
        Ok(())
    }

    /// Makes the link void.
    pub async fn cancel_invitation(&self, id: InvitationId) -> Result<(), Rejection> {
        let request = pb::CancelInvitationRequest {
            invitation_id: id.to_string(),
        };
        self.invitations
            .clone()
            .cancel_invitation(request)
            .await
            .map_err(|status| refused(&status))?;
        Ok(())
    }

    /// Marks the link as used, and asks for the name that BankID told of the person; None if it told none.
    pub async fn use_invitation(
        &self,
        id: InvitationId,
        by: PersonId,
    ) -> Result<Option<BankIdName>, Rejection> {
        let request = pb::UseInvitationRequest {
            invitation_id: id.to_string(),
            person_id: by.to_string(),
        };
        let names = self
            .invitations
            .clone()
            .use_invitation(request)
            .await
            .map_err(|status| refused(&status))?
            .into_inner();
        bankid_name(&names.given_name, &names.surname)
    }
}

// A name that cannot be kept is a failure: without one the account would wait for ever, and nobody would know why.
fn bankid_name(given_name: &str, surname: &str) -> Result<Option<BankIdName>, Rejection> {
    match BankIdName::parse(&format!("{given_name} {surname}")) {
        Ok(name) => Ok(Some(name)),
        Err(ContactFault::Missing) => Ok(None),
        Err(ContactFault::TooLong { .. }) => {
            Err(Rejection::invalid().field("bankid_name", ErrorReason::FieldTooLong))
        }
        Err(ContactFault::Malformed) => {
            Err(Rejection::invalid().field("bankid_name", ErrorReason::FieldMalformed))
        }
    }
}

// That identity refuses us for who we are is no fault of our caller's.
fn refused(status: &tonic::Status) -> Rejection {
    let refusal = Rejection::from_status(status);
    match refusal.code() {
        Code::Unauthenticated | Code::Forbidden => Rejection::internal(refusal),
        Code::Invalid
        | Code::NotFound
        | Code::AlreadyExists
        | Code::Conflict
        | Code::Precondition
        | Code::Exhausted
        | Code::Unavailable
        | Code::Deadline
        | Code::Internal => refusal,
    }
}

fn language(language: Language) -> PbLanguage {
    match language {
        Language::Swedish => PbLanguage::Sv,
        Language::English => PbLanguage::En,
    }
}
