//! Doubles of identity and consent with stored state, behind the real gate of the platform, so that export must come with
//! its own certificate. Consent's is strict: what the contract forbids, it refuses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use platform::auth::{KeySource, NoAccounts, PolicyLayer, TokenVerifier};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::convert::to_timestamp;
use platform::grpc::{Code, Rejection, Server, TlsIdentity};
use platform::service::Lifecycle;
use proto::consent::v1::disclosure_service_server::{DisclosureService, DisclosureServiceServer};
use proto::consent::v1::*;
use proto::errors::v1::ErrorReason;
use proto::identity::v1::key_service_server::{KeyService, KeyServiceServer};
use proto::identity::v1::person_service_server::{PersonService, PersonServiceServer};
use proto::identity::v1::*;
use support::ca::Authority;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::gate::{Call, Gate, Held};
use super::tls_of;

/// identity, serving keys and numbers.
#[derive(Clone)]
pub struct FakeIdentity {
    pub address: String,
    numbers: Arc<Mutex<HashMap<Uuid, String>>>,
    is_away: Arc<Mutex<bool>>,
    jwks: String,
}

/// consent, judging rows.
#[derive(Clone)]
pub struct FakeConsent {
    pub address: String,
    state: Arc<Mutex<State>>,
    gate: Gate,
    clock: Arc<ManualClock>,
}

#[derive(Default)]
struct State {
    persons: HashMap<String, String>,
    refusals: HashMap<(String, i32), DisclosureRefusal>,
    everybody_is: Option<String>,
    attempts: BTreeMap<(String, i32), Attempt>,
    is_away: bool,
    withdraws_before_begin: Option<(String, i32)>,
}

/// What consent knows of an attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    pub recipient: i32,
    pub rows: BTreeSet<String>,
    pub begun_with: Option<Vec<u8>>,
    pub begun_at: Option<Timestamp>,
    pub outcome: Option<i32>,
}

struct NoKeys;

const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);

impl FakeIdentity {
    pub async fn start(authority: &Authority, clock: Arc<ManualClock>, jwks: String) -> Self {
        let mut fake = Self {
            address: String::new(),
            numbers: Arc::default(),
            is_away: Arc::default(),
            jwks,
        };
        let server = gate(authority, "identity", clock)
            .mount(PersonServiceServer::new(fake.clone()))
            .mount(KeyServiceServer::new(fake.clone()));
        fake.address = serve("identity", server).await;
        fake
    }

    pub fn register(&self, person: Uuid, number: &str) {
        self.numbers.lock().unwrap().insert(person, number.to_owned());
    }

    pub fn forget(&self, person: Uuid) {
        self.numbers.lock().unwrap().remove(&person);
    }

    pub fn set_away(&self, is_away: bool) {
        *self.is_away.lock().unwrap() = is_away;
    }
}

impl FakeConsent {
    pub async fn start(authority: &Authority, clock: Arc<ManualClock>) -> Self {
        let mut fake = Self {
            address: String::new(),
            state: Arc::default(),
            gate: Gate::default(),
            clock: clock.clone(),
        };
        let server = gate(authority, "consent", clock).mount(DisclosureServiceServer::new(fake.clone()));
        fake.address = serve("consent", server).await;
        fake
    }

    /// The report is approved, and its person consents to everyone.
    pub fn allow(&self, report: Uuid, person: Uuid) {
        let mut state = self.state.lock().unwrap();
        state.persons.insert(report.to_string(), person.to_string());
    }

    /// Whatever report is asked for is approved, and this person's.
    pub fn allow_everything(&self, person: Uuid) {
        self.state.lock().unwrap().everybody_is = Some(person.to_string());
    }

    pub fn refuse(&self, report: Uuid, recipient: i32, refusal: DisclosureRefusal) {
        let mut state = self.state.lock().unwrap();
        state.refusals.insert((report.to_string(), recipient), refusal);
    }

    /// The person withdraws after the rows were authorised, at the last moment before the next sending begins.
    pub fn withdraw_before_begin(&self, report: Uuid, recipient: i32) {
        self.state.lock().unwrap().withdraws_before_begin = Some((report.to_string(), recipient));
    }

    pub fn set_away(&self, is_away: bool) {
        self.state.lock().unwrap().is_away = is_away;
    }

    /// Holds up the next of these calls before it has any effect.
    pub fn hold_next(&self, call: Call) -> Held {
        self.gate.hold_next(call)
    }

    /// Forgets every attempt, as after a restore.
    pub fn forget_attempts(&self) {
        self.state.lock().unwrap().attempts.clear();
    }

    /// By part and attempt.
    pub fn attempts(&self) -> BTreeMap<(String, i32), Attempt> {
        self.state.lock().unwrap().attempts.clone()
    }

    /// How the attempts ended, in order; of a single part.
    pub fn outcomes(&self) -> Vec<Option<SendingOutcome>> {
        let attempts = self.attempts();
        let outcomes = attempts
            .values()
            .map(|it| it.outcome.map(|it| it.try_into().unwrap()));
        outcomes.collect()
    }
}

impl State {
    fn person(&self, report: &str) -> Option<&String> {
        self.persons.get(report).or(self.everybody_is.as_ref())
    }

    fn judge(&self, report: &str, recipient: i32) -> JudgedRow {
        let refusal = self.refusals.get(&(report.to_owned(), recipient)).copied();
        let refusal = match (refusal, self.person(report)) {
            (Some(refusal), _) => refusal,
            (None, Some(_)) => DisclosureRefusal::Unspecified,
            (None, None) => DisclosureRefusal::NotAnswered,
        };
        let person = self.person(report).cloned();
        JudgedRow {
            month_report_id: report.to_owned(),
            refusal: refusal.into(),
            person_id: person
                .filter(|_| refusal == DisclosureRefusal::Unspecified)
                .unwrap_or_default(),
        }
    }
}

#[tonic::async_trait]
impl DisclosureService for FakeConsent {
    async fn authorise_disclosure(
        &self,
        request: Request<AuthoriseDisclosureRequest>,
    ) -> Result<Response<AuthoriseDisclosureResponse>, Status> {
        let asked = request.into_inner();
        let mut state = self.state.lock().unwrap();
        if state.is_away {
            return Err(unavailable());
        }
        assert!(
            (1..=1000).contains(&asked.rows.len()),
            "a batch of {}",
            asked.rows.len()
        );
        let judged: Vec<JudgedRow> = asked
            .rows
            .iter()
            .map(|row| state.judge(&row.month_report_id, asked.recipient))
            .collect();
        let attempt = state.attempts.entry((asked.part_id, asked.attempt)).or_default();
        if attempt.begun_with.is_some() {
            return Err(Rejection::precondition(ErrorReason::SendingOver).into());
        }
        attempt.recipient = asked.recipient;
        let authorised = judged.iter().filter(|row| row.refusal == 0);
        attempt
            .rows
            .extend(authorised.map(|row| row.month_report_id.clone()));
        Ok(Response::new(AuthoriseDisclosureResponse { rows: judged }))
    }

    async fn begin_sending(
        &self,
        request: Request<BeginSendingRequest>,
    ) -> Result<Response<BeginSendingResponse>, Status> {
        self.gate.pass(Call::Begin).await;
        let asked = request.into_inner();
        let mut state = self.state.lock().unwrap();
        if state.is_away {
            return Err(unavailable());
        }
        if let Some((report, recipient)) = state.withdraws_before_begin.take() {
            state
                .refusals
                .insert((report, recipient), DisclosureRefusal::Withdrawn);
        }
        let key = (asked.part_id, asked.attempt);
        let unsettled = state.attempts.iter().find(|((part, attempt), it)| {
            let is_open = it.begun_with.is_some()
                && !matches!(it.outcome, Some(outcome) if outcome != i32::from(SendingOutcome::Unknown));
            *part == key.0 && *attempt < key.1 && is_open
        });
        if let Some(((_, attempt), _)) = unsettled {
            let refusal = Rejection::precondition(ErrorReason::SendingUnsettled);
            return Err(refusal.with("attempt", attempt).into());
        }
        let attempt = state.attempts.get(&key).cloned().ok_or_else(precondition)?;
        if attempt.rows.is_empty() {
            return Err(precondition());
        }
        if let (Some(hash), Some(begun_at)) = (&attempt.begun_with, attempt.begun_at) {
            if *hash != asked.sealed_hash || self.clock.now() >= begun_at + VALID_FOR {
                return Err(Rejection::precondition(ErrorReason::SendingOver).into());
            }
            return Ok(Response::new(begun(begun_at)));
        }
        let judged = attempt
            .rows
            .iter()
            .map(|report| state.judge(report, attempt.recipient));
        let refused: Vec<JudgedRow> = judged.filter(|row| row.refusal != 0).collect();
        if !refused.is_empty() {
            return Ok(Response::new(BeginSendingResponse {
                refused,
                valid_until: None,
            }));
        }
        let (own, now) = (state.attempts.get_mut(&key).unwrap(), self.clock.now());
        own.begun_with = Some(asked.sealed_hash.to_vec());
        own.begun_at = Some(now);
        Ok(Response::new(begun(now)))
    }

    async fn end_sending(
        &self,
        request: Request<EndSendingRequest>,
    ) -> Result<Response<EndSendingResponse>, Status> {
        self.gate.pass(Call::End).await;
        let asked = request.into_inner();
        let mut state = self.state.lock().unwrap();
        if state.is_away {
            return Err(unavailable());
        }
        let (told, key) = (asked.outcome(), (asked.part_id, asked.attempt));
        let attempt = state.attempts.get_mut(&key);
        let attempt = attempt
            .filter(|it| it.begun_with.is_some())
            .ok_or_else(|| Status::from(Rejection::not_found("sending")))?;
        match attempt
            .outcome
            .map(|held| SendingOutcome::try_from(held).unwrap())
        {
            Some(SendingOutcome::Delivered) if told == SendingOutcome::Failed => {
                let refusal = Rejection::precondition(ErrorReason::SendingOutcomeKnown);
                return Err(refusal.with("attempt", asked.attempt).into());
            }
            Some(SendingOutcome::Delivered) => {}
            Some(SendingOutcome::Failed) if told == SendingOutcome::Unknown => {}
            _ => attempt.outcome = Some(asked.outcome),
        }
        Ok(Response::new(EndSendingResponse {}))
    }
}

#[tonic::async_trait]
impl PersonService for FakeIdentity {
    type ResolvePersonsStream = BoxStream<'static, Result<ResolvePersonsResponse, Status>>;

    async fn register_persons(
        &self,
        _request: Request<RegisterPersonsRequest>,
    ) -> Result<Response<RegisterPersonsResponse>, Status> {
        Err(unavailable())
    }

    async fn resolve_persons(
        &self,
        request: Request<ResolvePersonsRequest>,
    ) -> Result<Response<Self::ResolvePersonsStream>, Status> {
        if *self.is_away.lock().unwrap() {
            return Err(unavailable());
        }
        let asked = request.into_inner();
        assert!((1..=1000).contains(&asked.person_ids.len()));
        assert_eq!(asked.purpose, "export_row");
        let numbers = self.numbers.lock().unwrap();
        let found: Vec<_> = asked
            .person_ids
            .into_iter()
            .filter_map(|person_id| {
                let number = numbers.get(&person_id.parse().ok()?)?.clone();
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

impl KeySource for NoKeys {
    fn key<'a>(&'a self, _kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

fn gate(authority: &Authority, name: &str, clock: Arc<ManualClock>) -> Server {
    let tls = TlsIdentity::load(&tls_of(&authority.service(name).unwrap())).unwrap();
    let tokens = TokenVerifier::new(Arc::new(NoKeys), clock.clone());
    Server::new(tls, PolicyLayer::new(tokens, Arc::new(NoAccounts), clock))
}

async fn serve(name: &'static str, server: Server) -> String {
    let bound = server.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("https://localhost:{}", bound.address().unwrap().port());
    Lifecycle::new().spawn(
        name,
        async move { Ok(bound.serve(std::future::pending()).await?) },
    );
    address
}

fn begun(at: Timestamp) -> BeginSendingResponse {
    BeginSendingResponse {
        refused: Vec::new(),
        valid_until: Some(to_timestamp(at + VALID_FOR)),
    }
}

fn unavailable() -> Status {
    Rejection::new(Code::Unavailable, ErrorReason::Unavailable).into()
}

fn precondition() -> Status {
    Rejection::precondition(ErrorReason::RunEnded).into()
}
