//! identity: registers documents to sign and tells of those that were, and gives numbers of persons.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::StreamExt as _;
use futures::stream::BoxStream;
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::Rejection;
use platform::grpc::convert::to_timestamp;
use proto::identity::v1::key_service_server::{KeyService, KeyServiceServer};
use proto::identity::v1::person_service_server::{PersonService, PersonServiceServer};
use proto::identity::v1::signing_service_server::{SigningService, SigningServiceServer};
use proto::identity::v1::{
    CancelSigningRequest, CancelSigningResponse, GetJwksRequest, GetJwksResponse, GetSignatureRequest,
    GetSignatureResponse, GetSigningRequest, GetSigningResponse, PrepareSignatureRequest,
    PrepareSignatureResponse, RegisterPersonsRequest, RegisterPersonsResponse, ResolvePersonsRequest,
    ResolvePersonsResponse, SignatureState, StartSigningRequest, StartSigningResponse,
};
use support::ca::Authority;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::gate::{gate, serve};

/// identity: registers documents to sign and tells of those that were, and gives numbers of persons.
#[derive(Clone)]
pub struct FakeIdentity {
    pub address: String,
    state: Arc<Mutex<State>>,
    jwks: String,
    clock: Arc<ManualClock>,
}

/// A document to sign.
#[derive(Clone, Debug)]
pub struct Document {
    pub request: PrepareSignatureRequest,
    pub signed_at: Option<jiff::Timestamp>,
}

#[derive(Default)]
struct State {
    documents: HashMap<String, Document>,
    /// By person id.
    numbers: HashMap<String, String>,
    is_away: bool,
}

impl FakeIdentity {
    pub async fn start(authority: &Authority, clock: Arc<ManualClock>, jwks: String) -> Self {
        let mut fake = Self {
            address: String::new(),
            state: Arc::default(),
            jwks,
            clock: clock.clone(),
        };
        let server = gate(authority, "identity", clock)
            .mount(SigningServiceServer::new(fake.clone()))
            .mount(PersonServiceServer::new(fake.clone()))
            .mount(KeyServiceServer::new(fake.clone()));
        fake.address = serve("identity", server).await;
        fake
    }

    /// BankID completes the order now.
    pub fn sign(&self, signature_id: &str) {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap();
        state.documents.get_mut(signature_id).unwrap().signed_at = Some(now);
    }

    /// The person has this number.
    pub fn register(&self, person: Uuid, number: &str) {
        let mut state = self.state.lock().unwrap();
        state.numbers.insert(person.to_string(), number.to_owned());
    }

    pub fn document(&self, signature_id: &str) -> Document {
        self.state.lock().unwrap().documents[signature_id].clone()
    }

    pub fn set_away(&self, is_away: bool) {
        self.state.lock().unwrap().is_away = is_away;
    }

    fn state(&self) -> Result<std::sync::MutexGuard<'_, State>, Status> {
        let state = self.state.lock().unwrap();
        if state.is_away {
            Err(Rejection::unavailable().into())
        } else {
            Ok(state)
        }
    }
}

#[tonic::async_trait]
impl SigningService for FakeIdentity {
    async fn prepare_signature(
        &self,
        request: Request<PrepareSignatureRequest>,
    ) -> Result<Response<PrepareSignatureResponse>, Status> {
        let asked = request.into_inner();
        let mut state = self.state()?;
        let held = state
            .documents
            .entry(asked.signature_id.clone())
            .or_insert_with(|| Document {
                request: asked.clone(),
                signed_at: None,
            });
        assert_eq!(held.request, asked, "a signature is prepared with one content");
        let signature_state = if held.signed_at.is_some() {
            SignatureState::Signed
        } else {
            SignatureState::Prepared
        };
        Ok(Response::new(PrepareSignatureResponse {
            state: signature_state.into(),
        }))
    }

    async fn get_signature(
        &self,
        request: Request<GetSignatureRequest>,
    ) -> Result<Response<GetSignatureResponse>, Status> {
        let state = self.state()?;
        let held = state.documents.get(&request.get_ref().signature_id);
        let held = held.ok_or_else(|| Rejection::not_found("signature"))?;
        let signature_state = if held.signed_at.is_some() {
            SignatureState::Signed
        } else {
            SignatureState::Prepared
        };
        Ok(Response::new(GetSignatureResponse {
            state: signature_state.into(),
            person_id: held.request.person_id.clone(),
            document_hash: held.request.document_hash.clone(),
            started_at: held.signed_at.map(to_timestamp),
            signed_at: held.signed_at.map(to_timestamp),
        }))
    }

    async fn start_signing(
        &self,
        _request: Request<StartSigningRequest>,
    ) -> Result<Response<StartSigningResponse>, Status> {
        Err(Rejection::not_found("signature").into())
    }

    async fn get_signing(
        &self,
        _request: Request<GetSigningRequest>,
    ) -> Result<Response<GetSigningResponse>, Status> {
        Err(Rejection::not_found("flow").into())
    }

    async fn cancel_signing(
        &self,
        _request: Request<CancelSigningRequest>,
    ) -> Result<Response<CancelSigningResponse>, Status> {
        Err(Rejection::not_found("flow").into())
    }
}

#[tonic::async_trait]
impl PersonService for FakeIdentity {
    type ResolvePersonsStream = BoxStream<'static, Result<ResolvePersonsResponse, Status>>;

    async fn register_persons(
        &self,
        _request: Request<RegisterPersonsRequest>,
    ) -> Result<Response<RegisterPersonsResponse>, Status> {
        Err(Rejection::unavailable().into())
    }

    async fn resolve_persons(
        &self,
        request: Request<ResolvePersonsRequest>,
    ) -> Result<Response<Self::ResolvePersonsStream>, Status> {
        let state = self.state()?;
        let asked = request.into_inner().person_ids.into_iter();
        let found: Vec<_> = asked
            .filter_map(|person_id| {
                let number = state.numbers.get(&person_id)?.clone();
                Some(Ok(ResolvePersonsResponse {
                    person_id,
                    number,
                    ..Default::default()
                }))
            })
            .collect();
        Ok(Response::new(futures::stream::iter(found).boxed()))
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
