//! ClientService.

use platform::auth::{Principal, Thumbprint, caller};
use platform::grpc::Rejection;
use platform::grpc::convert::{page, request_id, to_timestamp};
use platform::idempotency::{Call, run};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::client_service_server::ClientService;
use tonic::{Request, Response, Status};

use super::convert::{new_client, one_id};
use super::encode::to_client;
use crate::commands::issue_token::issue_token;
use crate::commands::register_client::register_client;
use crate::commands::remove_client::remove_client;
use crate::error::Error;
use crate::parts::Parts;
use crate::queries::list_clients::list_clients;

const REGISTER: &str = "deltaga.identity.v1.ClientService/RegisterClient";

/// Machine clients.
#[derive(Clone, Debug)]
pub struct Clients(pub Parts);

#[tonic::async_trait]
impl ClientService for Clients {
    async fn register_client(
        &self,
        request: Request<pb::RegisterClientRequest>,
    ) -> Result<Response<pb::RegisterClientResponse>, Status> {
        let caller = caller(&request)?;
        let (principal, operator) = (caller.subject(), caller.account()?.clone());
        let request = request.into_inner();
        let request_id = request_id("request_id", &request.request_id);
        let request_id = request_id.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let new = new_client(&request)?;
        let response = self
            .0
            .database
            .transaction("identity.register_client", async |tx| {
                let call = Call {
                    principal: &principal,
                    method: REGISTER,
                    request_id,
                };
                run(tx, &self.0.keys, call, &request, async |tx| {
                    let client = register_client(tx, &operator, new.clone()).await?;
                    Ok::<_, Error>(pb::RegisterClientResponse {
                        client: Some(to_client(&client)),
                    })
                })
                .await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn list_clients(
        &self,
        request: Request<pb::ListClientsRequest>,
    ) -> Result<Response<pb::ListClientsResponse>, Status> {
        let page = page("page", request.get_ref().page.as_ref(), &"clients");
        let page = page.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let (rows, next) = list_clients(&self.0, &page).await?;
        let clients = rows.iter().map(to_client).collect();
        Ok(Response::new(pb::ListClientsResponse {
            clients,
            page: Some(next),
        }))
    }

    async fn remove_client(
        &self,
        request: Request<pb::RemoveClientRequest>,
    ) -> Result<Response<pb::RemoveClientResponse>, Status> {
        let client_id = one_id("client_id", &request.get_ref().client_id)?;
        remove_client(&self.0, caller(&request)?.account()?, client_id).await?;
        Ok(Response::new(pb::RemoveClientResponse {}))
    }

    async fn issue_token(
        &self,
        request: Request<pb::IssueTokenRequest>,
    ) -> Result<Response<pb::IssueTokenResponse>, Status> {
        let issued = issue_token(&self.0, certificate_of(caller(&request)?)?).await?;
        let expires_at = Some(to_timestamp(issued.expires_at));
        Ok(Response::new(pb::IssueTokenResponse {
            access_token: issued.access_token,
            expires_at,
        }))
    }
}

fn certificate_of(principal: &Principal) -> Result<Thumbprint, Rejection> {
    match principal {
        Principal::Certificate(thumbprint) => Ok(*thumbprint),
        Principal::Participant(_)
        | Principal::Staff { .. }
        | Principal::AgencyClient(_)
        | Principal::SupplierClient(_)
        | Principal::Service(_) => Err(Rejection::forbidden(ErrorReason::CallerNotAllowed)),
    }
}
