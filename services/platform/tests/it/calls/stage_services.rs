//! The methods that the stage's server has. Each answers with who called, so that a test sees what the handler saw.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platform::auth::caller;
use platform::grpc::{Deadline, Rejection, Server};
use platform::telemetry::propagation;
use proto::identity::v1 as identity;
use proto::identity::v1::client_service_server::{ClientService, ClientServiceServer};
use proto::identity::v1::key_service_server::{KeyService, KeyServiceServer};
use proto::identity::v1::session_service_server::{SessionService, SessionServiceServer};
use proto::uploads::v1 as uploads;
use proto::uploads::v1::upload_service_server::{UploadService, UploadServiceServer};
use tokio::sync::Notify;
use tonic::{Request, Response, Status};

#[derive(Clone, Default)]
pub struct Probe {
    /// What `GetJwks` answers; who called if it is empty.
    pub jwks: Arc<std::sync::Mutex<String>>,
    pub jwks_calls: Arc<AtomicUsize>,
    /// `SignOut` waits for it.
    pub gate: Arc<Notify>,
    pub waiting: Arc<AtomicUsize>,
}

impl Probe {
    pub fn mount(&self, server: Server) -> Server {
        server
            .mount(KeyServiceServer::new(self.clone()))
            .mount(ClientServiceServer::new(self.clone()))
            .mount(SessionServiceServer::new(self.clone()))
            .mount(UploadServiceServer::new(self.clone()))
    }
}

fn subject<T>(request: &Request<T>) -> Result<String, Status> {
    Ok(caller(request)?.subject())
}

#[tonic::async_trait]
impl KeyService for Probe {
    async fn get_jwks(
        &self,
        request: Request<identity::GetJwksRequest>,
    ) -> Result<Response<identity::GetJwksResponse>, Status> {
        self.jwks_calls.fetch_add(1, Ordering::SeqCst);
        let jwks = self.jwks.lock().unwrap().clone();
        let jwks_json = if jwks.is_empty() { subject(&request)? } else { jwks };
        Ok(Response::new(identity::GetJwksResponse { jwks_json }))
    }
}

#[tonic::async_trait]
impl ClientService for Probe {
    async fn register_client(
        &self,
        _request: Request<identity::RegisterClientRequest>,
    ) -> Result<Response<identity::RegisterClientResponse>, Status> {
        panic!("somebody's name")
    }

    async fn list_clients(
        &self,
        request: Request<identity::ListClientsRequest>,
    ) -> Result<Response<identity::ListClientsResponse>, Status> {
        caller(&request)?.account()?;
        Ok(Response::new(identity::ListClientsResponse::default()))
    }

    async fn remove_client(
        &self,
        _request: Request<identity::RemoveClientRequest>,
    ) -> Result<Response<identity::RemoveClientResponse>, Status> {
        Err(Rejection::internal("the table clients is on fire").into())
    }

    async fn issue_token(
        &self,
        request: Request<identity::IssueTokenRequest>,
    ) -> Result<Response<identity::IssueTokenResponse>, Status> {
        let access_token = subject(&request)?;
        Ok(Response::new(identity::IssueTokenResponse {
            access_token,
            expires_at: None,
        }))
    }
}

#[tonic::async_trait]
impl SessionService for Probe {
    async fn exchange_session(
        &self,
        _request: Request<identity::ExchangeSessionRequest>,
    ) -> Result<Response<identity::ExchangeSessionResponse>, Status> {
        let left = Deadline::current().map_or(Duration::MAX, Deadline::remaining);
        let trace = propagation::traceparent().unwrap_or_default();
        let access_token = format!("{} {trace}", left.as_millis());
        Ok(Response::new(identity::ExchangeSessionResponse {
            access_token,
            ..Default::default()
        }))
    }

    async fn sign_out(
        &self,
        _request: Request<identity::SignOutRequest>,
    ) -> Result<Response<identity::SignOutResponse>, Status> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.gate.notified().await;
        Ok(Response::new(identity::SignOutResponse::default()))
    }

    async fn list_sessions(
        &self,
        request: Request<identity::ListSessionsRequest>,
    ) -> Result<Response<identity::ListSessionsResponse>, Status> {
        let next_token = subject(&request)?;
        let page = Some(proto::types::v1::PageResponse { next_token });
        Ok(Response::new(identity::ListSessionsResponse {
            sessions: Vec::new(),
            page,
        }))
    }

    async fn end_session(
        &self,
        _request: Request<identity::EndSessionRequest>,
    ) -> Result<Response<identity::EndSessionResponse>, Status> {
        Ok(Response::new(identity::EndSessionResponse::default()))
    }
}

#[tonic::async_trait]
impl UploadService for Probe {
    async fn upload_chunk(
        &self,
        request: Request<uploads::UploadChunkRequest>,
    ) -> Result<Response<uploads::UploadChunkResponse>, Status> {
        let received = i64::try_from(request.get_ref().content.len()).unwrap();
        Ok(Response::new(uploads::UploadChunkResponse { received }))
    }
}
