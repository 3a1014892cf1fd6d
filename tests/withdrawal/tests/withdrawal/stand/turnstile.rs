//! Between export and consent: every call passes on as it is, but the beginning of a part that is held waits until it is
//! let through, so that a withdrawal can start at that very instant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use platform::clock::ManualClock;
use platform::grpc::{ClientChannel, Rejection};
use proto::consent::v1::disclosure_service_client::DisclosureServiceClient;
use proto::consent::v1::disclosure_service_server::{DisclosureService, DisclosureServiceServer};
use proto::consent::v1::{
    AuthoriseDisclosureRequest, AuthoriseDisclosureResponse, BeginSendingRequest, BeginSendingResponse,
    EndSendingRequest, EndSendingResponse,
};
use support::ca::Authority;
use tokio::sync::oneshot;
use tonic::{Request, Response, Status};

/// The way from export to consent.
#[derive(Clone)]
pub struct Turnstile {
    pub address: String,
    consent: DisclosureServiceClient<ClientChannel>,
    held: Arc<Mutex<HashMap<String, Held>>>,
}

/// The next beginning of a part.
pub struct Turn {
    arrived: oneshot::Receiver<oneshot::Sender<()>>,
}

/// Whoever holds it has a beginning wait for them.
pub struct Pass(oneshot::Sender<()>);

type Held = oneshot::Sender<oneshot::Sender<()>>;

impl Turnstile {
    /// Before the consent that the channel leads to.
    pub async fn start(authority: &Authority, clock: Arc<ManualClock>, consent: ClientChannel) -> Self {
        let mut turnstile = Self {
            address: String::new(),
            consent: DisclosureServiceClient::new(consent),
            held: Arc::default(),
        };
        let server =
            doubles::gate(authority, "consent", clock).mount(DisclosureServiceServer::new(turnstile.clone()));
        turnstile.address = doubles::serve("turnstile", server).await;
        turnstile
    }

    /// Holds the next beginning of the part; those after it pass.
    pub fn hold(&self, part_id: &str) -> Turn {
        let (held, arrived) = oneshot::channel();
        self.held.lock().unwrap().insert(part_id.to_owned(), held);
        Turn { arrived }
    }
}

impl Turn {
    /// Waits until export is about to begin.
    pub async fn arrived(self) -> Pass {
        Pass(self.arrived.await.unwrap())
    }
}

impl Pass {
    pub fn let_through(self) {
        self.0.send(()).unwrap();
    }
}

#[tonic::async_trait]
impl DisclosureService for Turnstile {
    async fn authorise_disclosure(
        &self,
        request: Request<AuthoriseDisclosureRequest>,
    ) -> Result<Response<AuthoriseDisclosureResponse>, Status> {
        self.consent
            .clone()
            .authorise_disclosure(request.into_inner())
            .await
    }

    async fn begin_sending(
        &self,
        request: Request<BeginSendingRequest>,
    ) -> Result<Response<BeginSendingResponse>, Status> {
        let request = request.into_inner();
        let held = self.held.lock().unwrap().remove(&request.part_id);
        if let Some(held) = held {
            let (pass, passed) = oneshot::channel();
            held.send(pass).map_err(|_| Rejection::unavailable())?;
            passed.await.map_err(|_| Rejection::unavailable())?;
        }
        self.consent.clone().begin_sending(request).await
    }

    async fn end_sending(
        &self,
        request: Request<EndSendingRequest>,
    ) -> Result<Response<EndSendingResponse>, Status> {
        self.consent.clone().end_sending(request.into_inner()).await
    }
}
