//! A double of any service: it answers calls of the contract with what a test has put there, and remembers them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::{Buf as _, BufMut as _, Bytes};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt as _};
use http::HeaderMap;
use platform::auth::{
    AccountDirectory, AccountGrant, AccountQuery, OrganisationKind, PermissionGrant, PolicyLayer, Principal,
    Scope, TokenVerifier,
};
use platform::grpc::{Rejection, Server, TlsIdentity};
use platform::service::Lifecycle;
use prost::Message;
use proto::policy::v1::Permission;
use support::ca::Authority;
use tokio::sync::Notify;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Tokens, tls_of};

/// A call as it arrived.
#[derive(Clone)]
pub struct Call {
    pub method: String,
    pub metadata: HeaderMap,
    pub message: Bytes,
    pub principal: Principal,
}

/// What a method answers.
#[derive(Clone)]
pub enum Reply {
    /// These messages.
    Messages(Vec<Bytes>),
    /// These messages, and then a refusal.
    Refusal(Vec<Bytes>, Refuse),
    /// These messages, and then nothing, for ever.
    Open(Vec<Bytes>),
    /// This message again and again, and how often it was taken.
    Endless(Bytes, Arc<AtomicUsize>),
    /// One message, once it is let go.
    Held(Arc<Notify>, Bytes),
    /// Whatever a function makes of the call.
    Made(Make),
}

/// The double, serving.
#[derive(Clone)]
pub struct Peer {
    pub address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    calls: Mutex<Vec<Call>>,
    replies: Mutex<HashMap<String, Reply>>,
}

type Refuse = Arc<dyn Fn() -> Rejection + Send + Sync>;
type Make = Arc<dyn Fn(&Call) -> Result<Bytes, Rejection> + Send + Sync>;
type Answers = BoxStream<'static, Result<Bytes, Status>>;

#[derive(Clone, Copy)]
struct Raw;

struct EveryAccount;

macro_rules! services {
    ($($kind:ident = $name:literal),+ $(,)?) => {
        $(
            #[derive(Clone)]
            struct $kind(Arc<State>);

            impl tonic::server::NamedService for $kind {
                const NAME: &'static str = $name;
            }

            impl tower::Service<http::Request<Body>> for $kind {
                type Response = http::Response<Body>;
                type Error = Infallible;
                type Future = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

                fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                    Poll::Ready(Ok(()))
                }

                fn call(&mut self, request: http::Request<Body>) -> Self::Future {
                    Box::pin(answer(self.0.clone(), request))
                }
            }
        )+

        fn mounted(server: Server, state: &Arc<State>) -> Server {
            server$(.mount($kind(state.clone())))+
        }
    };
}

services! {
    SignIns = "deltaga.identity.v1.SignInService",
    Sessions = "deltaga.identity.v1.SessionService",
    Invitations = "deltaga.identity.v1.InvitationService",
    MachineClients = "deltaga.identity.v1.ClientService",
    Accounts = "deltaga.staff.v1.AccountService",
    Register = "deltaga.staff.v1.RegisterService",
    Subjects = "deltaga.subject.v1.SubjectService",
    Operations = "deltaga.operations.v1.OperationsService",
    Files = "deltaga.uploads.v1.UploadService",
    Runs = "deltaga.export.v1.RunService",
    Placements = "deltaga.participants.v1.PlacementService",
    Catalogue = "deltaga.attendance.v1.CatalogueService",
    Months = "deltaga.attendance.v1.MonthService",
}

impl Peer {
    pub async fn start(name: &str, authority: &Authority, tokens: &Tokens) -> Self {
        let tls = TlsIdentity::load(&tls_of(&authority.service(name).unwrap())).unwrap();
        let verifier = TokenVerifier::new(Arc::new(tokens.clone()), tokens.clock.clone());
        let policy = PolicyLayer::new(verifier, Arc::new(EveryAccount), tokens.clock.clone());
        let state = Arc::new(State::default());
        let bound = mounted(Server::new(tls, policy), &state)
            .bind("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let address = format!("https://localhost:{}", bound.address().unwrap().port());
        Lifecycle::new().spawn(
            "peer",
            async move { Ok(bound.serve(std::future::pending()).await?) },
        );
        Self { address, state }
    }

    /// From now on `Service/Method` answers so.
    pub fn reply(&self, method: &str, reply: Reply) {
        self.state
            .replies
            .lock()
            .unwrap()
            .insert(method.to_owned(), reply);
    }

    pub fn message(&self, method: &str, message: &impl Message) {
        self.reply(method, Reply::Messages(vec![message.encode_to_vec().into()]));
    }

    pub fn refusal(&self, method: &str, refusal: impl Fn() -> Rejection + Send + Sync + 'static) {
        self.reply(method, Reply::Refusal(Vec::new(), Arc::new(refusal)));
    }

    pub fn make(
        &self,
        method: &str,
        make: impl Fn(&Call) -> Result<Bytes, Rejection> + Send + Sync + 'static,
    ) {
        self.reply(method, Reply::Made(Arc::new(make)));
    }

    /// The calls of a method so far.
    pub fn calls(&self, method: &str) -> Vec<Call> {
        let calls = self.state.calls.lock().unwrap();
        calls
            .iter()
            .filter(|call| call.method == method)
            .cloned()
            .collect()
    }

    pub fn last(&self, method: &str) -> Call {
        self.calls(method).pop().unwrap()
    }
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.metadata.get(name).map(|value| value.to_str().unwrap())
    }
}

async fn answer(state: Arc<State>, request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let method = path.rsplit('.').next().unwrap().to_owned();
    let service = tower::service_fn(move |request: Request<Bytes>| {
        let (state, method) = (state.clone(), method.clone());
        async move { reply(&state, method, request).await.map(Response::new) }
    });
    Ok(tonic::server::Grpc::new(Raw)
        .server_streaming(service, request)
        .await)
}

async fn reply(state: &State, method: String, request: Request<Bytes>) -> Result<Answers, Status> {
    let call = Call {
        principal: request.extensions().get::<Principal>().unwrap().clone(),
        metadata: request.metadata().clone().into_headers(),
        message: request.into_inner(),
        method: method.clone(),
    };
    state.calls.lock().unwrap().push(call.clone());
    let reply = state.replies.lock().unwrap().get(&method).cloned();
    let messages = match reply {
        None => vec![Ok(Bytes::new())],
        Some(Reply::Messages(messages)) => messages.into_iter().map(Ok).collect(),
        Some(Reply::Refusal(messages, refusal)) if messages.is_empty() => return Err(refusal().into()),
        Some(Reply::Refusal(messages, refusal)) => messages
            .into_iter()
            .map(Ok)
            .chain([Err(Status::from(refusal()))])
            .collect(),
        Some(Reply::Open(messages)) => {
            let messages = futures::stream::iter(messages.into_iter().map(Ok));
            return Ok(messages.chain(futures::stream::pending()).boxed());
        }
        Some(Reply::Endless(message, taken)) => {
            let messages = futures::stream::repeat(message).map(move |message| {
                taken.fetch_add(1, Ordering::Relaxed);
                Ok(message)
            });
            return Ok(messages.boxed());
        }
        Some(Reply::Held(go, message)) => {
            go.notified().await;
            vec![Ok(message)]
        }
        Some(Reply::Made(make)) => vec![Ok(make(&call)?)],
    };
    Ok(futures::stream::iter(messages).boxed())
}

impl AccountDirectory for EveryAccount {
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        let may = |permission| PermissionGrant {
            permission,
            from: jiff::Timestamp::MIN,
            until: None,
        };
        let grant = AccountGrant {
            account_id: query.account_id,
            person_id: query.who.person_id,
            organisation_id: Uuid::from_u128(1),
            organisation_kind: OrganisationKind::Agency,
            permissions: [may(Permission::RunExports), may(Permission::Operate)].into(),
            scope: Arc::new(Scope::AllUnits),
        };
        Box::pin(async { Ok(grant) })
    }
}

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
