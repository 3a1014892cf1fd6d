//! A double of identity's contract: registers numbers and tells keys. Behind the real gate of the platform, so that
//! participants must come with its own certificate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use jsonwebtoken::DecodingKey;
use platform::auth::{KeySource, NoAccounts, PolicyLayer, TokenVerifier};
use platform::clock::ManualClock;
use platform::grpc::{FieldViolation, Rejection, Server, TlsIdentity};
use platform::service::Lifecycle;
use proto::errors::v1::ErrorReason;
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

#[derive(Default)]
struct State {
    persons: HashMap<String, Uuid>,
    calls: usize,
    is_away: bool,
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

    /// The person of a number.
    pub fn person(&self, number: &str) -> Uuid {
        let mut state = self.state.lock().unwrap();
        person_of(&mut state, number)
    }

    /// From now on the number belongs to another person id.
    pub fn rename(&self, number: &str, person: Uuid) {
        let digits = number.replace('-', "");
        self.state.lock().unwrap().persons.insert(digits, person);
    }

    pub fn set_away(&self, is_away: bool) {
        self.state.lock().unwrap().is_away = is_away;
    }

    pub fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }
}

#[tonic::async_trait]
impl PersonService for FakeIdentity {
    async fn register_persons(
        &self,
        request: Request<RegisterPersonsRequest>,
    ) -> Result<Response<RegisterPersonsResponse>, Status> {
        let mut state = self.state.lock().unwrap();
        if state.is_away {
            return Err(Rejection::unavailable().into());
        }
        state.calls += 1;
        let numbers = request.into_inner().numbers;
        // Good enough for a double: twelve digits are a number.
        let wrong = numbers.iter().enumerate().filter(|(_, number)| {
            let digits = number.replace('-', "");
            digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_digit())
        });
        let wrong: Vec<FieldViolation> = wrong
            .map(|(index, _)| FieldViolation::new(format!("numbers[{index}]"), ErrorReason::NumberMalformed))
            .collect();
        if !wrong.is_empty() {
            return Err(Rejection::invalid().fields(wrong).into());
        }
        let ids = numbers
            .iter()
            .map(|number| person_of(&mut state, number).to_string());
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

fn person_of(state: &mut State, number: &str) -> Uuid {
    let next = 1_000 + state.persons.len() as u128;
    *state
        .persons
        .entry(number.replace('-', ""))
        .or_insert(Uuid::from_u128(next))
}
