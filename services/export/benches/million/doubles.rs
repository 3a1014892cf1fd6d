//! A consent that authorises whatever it is asked for, and an identity that knows everybody's number: what is left of a
//! run is export's own work. Both stand behind the platform's gate.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::SignedDuration;
use platform::auth::{JwksClient, NoAccounts, PolicyLayer, TokenVerifier};
use platform::clock::{SharedClock, SystemClock};
use platform::grpc::convert::to_timestamp;
use platform::grpc::{ClientChannel, PeerConfig, Rejection, Server, TlsConfig, TlsIdentity};
use platform::service::Lifecycle;
use proto::consent::v1::disclosure_service_server::{DisclosureService, DisclosureServiceServer};
use proto::consent::v1::{
    AuthoriseDisclosureRequest, AuthoriseDisclosureResponse, BeginSendingRequest, BeginSendingResponse,
    EndSendingRequest, EndSendingResponse, JudgedRow,
};
use proto::identity::v1::person_service_server::{PersonService, PersonServiceServer};
use proto::identity::v1::{
    RegisterPersonsRequest, RegisterPersonsResponse, ResolvePersonsRequest, ResolvePersonsResponse,
};
use tonic::{Request, Response, Status};

use crate::Stand;
use crate::load::{digits_of, person_of};
use crate::peers::Addresses;

const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);

struct AnyConsent {
    rows: i64,
    clock: SharedClock,
}

struct AnyPerson;

pub async fn start(stand: &Stand) -> Addresses {
    let clock: SharedClock = Arc::new(SystemClock::new());
    let consent = AnyConsent {
        rows: stand.rows,
        clock: clock.clone(),
    };
    let consent = gate(stand, "consent", clock.clone()).mount(DisclosureServiceServer::new(consent));
    let identity = gate(stand, "identity", clock).mount(PersonServiceServer::new(AnyPerson));
    Addresses {
        consent: serve(consent).await,
        identity: serve(identity).await,
    }
}

// Services alone call here, by their certificates: there are no tokens whose keys would be asked for.
fn gate(stand: &Stand, service: &str, clock: SharedClock) -> Server {
    let files = stand.authority.service(service).unwrap();
    let tls = TlsIdentity::load(&TlsConfig {
        ca_file: files.ca_file,
        certificate_file: files.certificate_file,
        key_file: files.key_file,
    })
    .unwrap();
    let nowhere = PeerConfig {
        address: "https://localhost:1".to_owned(),
        connections: 1,
        timeout_seconds: 1,
    };
    let keys = JwksClient::new(
        ClientChannel::new("identity", &nowhere, &tls).unwrap(),
        clock.clone(),
    );
    let tokens = TokenVerifier::new(Arc::new(keys), clock.clone());
    Server::new(tls, PolicyLayer::new(tokens, Arc::new(NoAccounts), clock))
}

async fn serve(server: Server) -> String {
    let bound = server.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("https://localhost:{}", bound.address().unwrap().port());
    Lifecycle::new().spawn(
        "double",
        async move { Ok(bound.serve(std::future::pending()).await?) },
    );
    address
}

#[tonic::async_trait]
impl DisclosureService for AnyConsent {
    async fn authorise_disclosure(
        &self,
        request: Request<AuthoriseDisclosureRequest>,
    ) -> Result<Response<AuthoriseDisclosureResponse>, Status> {
        let judged = request.into_inner().rows.into_iter().map(|row| {
            let report = row.month_report_id.parse().unwrap();
            JudgedRow {
                person_id: person_of(report, self.rows).to_string(),
                month_report_id: row.month_report_id,
                refusal: 0,
            }
        });
        let rows = judged.collect();
        Ok(Response::new(AuthoriseDisclosureResponse { rows }))
    }

    async fn begin_sending(
        &self,
        _request: Request<BeginSendingRequest>,
    ) -> Result<Response<BeginSendingResponse>, Status> {
        Ok(Response::new(BeginSendingResponse {
            refused: Vec::new(),
            valid_until: Some(to_timestamp(self.clock.now() + VALID_FOR)),
        }))
    }

    async fn end_sending(
        &self,
        _request: Request<EndSendingRequest>,
    ) -> Result<Response<EndSendingResponse>, Status> {
        Ok(Response::new(EndSendingResponse {}))
    }
}

#[tonic::async_trait]
impl PersonService for AnyPerson {
    type ResolvePersonsStream = BoxStream<'static, Result<ResolvePersonsResponse, Status>>;

    async fn register_persons(
        &self,
        _request: Request<RegisterPersonsRequest>,
    ) -> Result<Response<RegisterPersonsResponse>, Status> {
        Err(Rejection::not_found("person").into())
    }

    async fn resolve_persons(
        &self,
        request: Request<ResolvePersonsRequest>,
    ) -> Result<Response<Self::ResolvePersonsStream>, Status> {
        let persons = request.into_inner().person_ids.into_iter().map(|person_id| {
            Ok(ResolvePersonsResponse {
                number: digits_of(person_id.parse().unwrap()),
                person_id,
                ..ResolvePersonsResponse::default()
            })
        });
        Ok(Response::new(futures::stream::iter(persons).boxed()))
    }
}
