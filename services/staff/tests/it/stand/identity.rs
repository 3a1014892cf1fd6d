//! A double of identity's contract: registers numbers, keeps invitations, tells names and keys. Behind the real gate of
//! the platform, so that staff must come with its own certificate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use platform::auth::{KeySource, NoAccounts, PolicyLayer, TokenVerifier};
use platform::clock::ManualClock;
use platform::grpc::{Rejection, Server, TlsIdentity};
use platform::service::Lifecycle;
use proto::errors::v1::ErrorReason;
use proto::identity::v1::invitation_service_server::{InvitationService, InvitationServiceServer};
use proto::identity::v1::key_service_server::{KeyService, KeyServiceServer};
use proto::identity::v1::person_service_server::{PersonService, PersonServiceServer};
use proto::identity::v1::*;
use support::ca::Authority;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::tls_of;

/// The double, serving.
#[derive(Clone)]
pub struct FakeIdentity {
    pub address: String,
    state: Arc<Mutex<State>>,
    jwks: String,
}

/// What became of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub kind: InvitationKind,
    pub subject_id: String,
    pub to: String,
    pub state: InvitationState,
}

#[derive(Default)]
struct State {
    persons: HashMap<String, Uuid>,
    names: HashMap<Uuid, (String, String)>,
    invitations: HashMap<String, Sent>,
    is_away: bool,
    refused_number: Option<String>,
    refuses_invitations: bool,
}

struct NoKeys;

impl FakeIdentity {
    pub async fn start(authority: &Authority, clock: Arc<ManualClock>, jwks: String) -> Self {
        let tls = TlsIdentity::load(&tls_of(&authority.service("identity").unwrap())).unwrap();
        let policy = PolicyLayer::new(
            TokenVerifier::new(Arc::new(NoKeys), clock.clone()),
            Arc::new(NoAccounts),
            clock,
        );
        let mut fake = Self {
            address: String::new(),
            state: Arc::default(),
            jwks,
        };
        let bound = Server::new(tls, policy)
            .mount(PersonServiceServer::new(fake.clone()))
            .mount(InvitationServiceServer::new(fake.clone()))
            .mount(KeyServiceServer::new(fake.clone()))
            .bind("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        fake.address = format!("https://localhost:{}", bound.address().unwrap().port());
        Lifecycle::new().spawn("identity", async move {
            Ok(bound.serve(std::future::pending()).await?)
        });
        fake
    }

    /// The person of a number, as a log-in would find them.
    pub fn person(&self, number: &str) -> Uuid {
        let digits = number.replace('-', "");
        *self
            .state
            .lock()
            .unwrap()
            .persons
            .entry(digits)
            .or_insert_with_key(|digits| person_of(digits))
    }

    pub fn has_person(&self, number: &str) -> bool {
        self.state
            .lock()
            .unwrap()
            .persons
            .contains_key(&number.replace('-', ""))
    }

    /// The person has signed in once: BankID told a name.
    pub fn tell_name(&self, person: Uuid, given_name: &str, surname: &str) {
        self.state
            .lock()
            .unwrap()
            .names
            .insert(person, (given_name.to_owned(), surname.to_owned()));
    }

    pub fn set_away(&self, is_away: bool) {
        self.state.lock().unwrap().is_away = is_away;
    }

    /// From now on the number is refused, as if identity knew better than the caller.
    pub fn refuse_number(&self, number: &str) {
        self.state.lock().unwrap().refused_number = Some(number.replace('-', ""));
    }

    /// From now on no address is good enough, as if identity's rule were the stricter one.
    pub fn refuse_invitations(&self) {
        self.state.lock().unwrap().refuses_invitations = true;
    }

    pub fn invitations(&self) -> Vec<(String, Sent)> {
        self.state
            .lock()
            .unwrap()
            .invitations
            .iter()
            .map(|(id, sent)| (id.clone(), sent.clone()))
            .collect()
    }

    /// The invitation that leads to a subject.
    pub fn invitation_to(&self, subject_id: &str) -> Option<(String, Sent)> {
        self.invitations()
            .into_iter()
            .find(|(_, sent)| sent.subject_id == subject_id)
    }

    fn state(&self) -> Result<std::sync::MutexGuard<'_, State>, Status> {
        let state = self.state.lock().unwrap();
        if state.is_away {
            Err(Rejection::unavailable().into())
        } else {
            Ok(state)
        }
    }

    fn settle(&self, id: &str, state: InvitationState) -> Result<(), Status> {
        let mut held = self.state()?;
        let invitation = held
            .invitations
            .get_mut(id)
            .ok_or_else(|| Rejection::not_found("invitation"))?;
        invitation.state = state;
        Ok(())
    }
}

#[tonic::async_trait]
impl PersonService for FakeIdentity {
    async fn register_persons(
        &self,
        request: Request<RegisterPersonsRequest>,
    ) -> Result<Response<RegisterPersonsResponse>, Status> {
        let mut state = self.state()?;
        let numbers = request.into_inner().numbers;
        if let Some(position) = numbers
            .iter()
            .position(|number| Some(number) == state.refused_number.as_ref())
        {
            let path = format!("numbers[{position}]");
            return Err(Rejection::invalid()
                .field(path, ErrorReason::NumberDateImpossible)
                .into());
        }
        let ids = numbers.into_iter().map(|number| {
            let person = person_of(&number);
            state.persons.entry(number).or_insert(person).to_string()
        });
        Ok(Response::new(RegisterPersonsResponse {
            person_ids: ids.collect(),
        }))
    }

    type ResolvePersonsStream = futures::stream::Empty<Result<ResolvePersonsResponse, Status>>;

    async fn resolve_persons(
        &self,
        _request: Request<ResolvePersonsRequest>,
    ) -> Result<Response<Self::ResolvePersonsStream>, Status> {
        Ok(Response::new(futures::stream::empty()))
    }
}

#[tonic::async_trait]
impl InvitationService for FakeIdentity {
    async fn invite(&self, request: Request<InviteRequest>) -> Result<Response<InviteResponse>, Status> {
        let asked = request.into_inner();
        let sent = Sent {
            kind: asked.kind(),
            subject_id: asked.subject_id.clone(),
            to: format!("{}{}", asked.email, asked.mobile),
            state: InvitationState::Sent,
        };
        let mut state = self.state()?;
        if state.refuses_invitations {
            return Err(Rejection::invalid()
                .field("contact", ErrorReason::ContactPointMalformed)
                .into());
        }
        state.invitations.entry(asked.invitation_id).or_insert(sent);
        Ok(Response::new(InviteResponse {
            state: InvitationState::Sent.into(),
        }))
    }

    async fn get_invitation(
        &self,
        _request: Request<GetInvitationRequest>,
    ) -> Result<Response<GetInvitationResponse>, Status> {
        Err(Rejection::not_found("invitation").into())
    }

    async fn cancel_invitation(
        &self,
        request: Request<CancelInvitationRequest>,
    ) -> Result<Response<CancelInvitationResponse>, Status> {
        self.settle(&request.get_ref().invitation_id, InvitationState::Cancelled)?;
        Ok(Response::new(CancelInvitationResponse {}))
    }

    async fn open_invitation(
        &self,
        _request: Request<OpenInvitationRequest>,
    ) -> Result<Response<OpenInvitationResponse>, Status> {
        Err(Rejection::not_found("invitation").into())
    }

    async fn use_invitation(
        &self,
        request: Request<UseInvitationRequest>,
    ) -> Result<Response<UseInvitationResponse>, Status> {
        let asked = request.into_inner();
        self.settle(&asked.invitation_id, InvitationState::Used)?;
        let person: Uuid = asked.person_id.parse().unwrap();
        let (given_name, surname) = self.state()?.names.get(&person).cloned().unwrap_or_default();
        Ok(Response::new(UseInvitationResponse { given_name, surname }))
    }
}

#[tonic::async_trait]
impl KeyService for FakeIdentity {
    async fn get_jwks(&self, _request: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Ok(Response::new(GetJwksResponse {
            jwks_json: self.jwks.clone(),
        }))
    }
}

impl KeySource for NoKeys {
    fn key<'a>(&'a self, _kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

// A repeatable id for each number; the instant is that of the tests.
fn person_of(digits: &str) -> Uuid {
    let instant: Timestamp = super::NOW.parse().unwrap();
    let seed: u64 = digits
        .bytes()
        .fold(7, |sum, digit| sum * 31 % 1_000_003 + u64::from(digit));
    platform::ids::new_uuid(
        &ManualClock::new(instant),
        &platform::clock::SeededEntropy::new(seed),
    )
}
