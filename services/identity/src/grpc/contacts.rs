//! ContactService.

use platform::auth::caller;
use platform::idempotency::{Call, run};
use proto::identity::v1 as pb;
use proto::identity::v1::contact_service_server::ContactService;
use tonic::{Request, Response, Status};

use super::convert::own::new_contacts;
use super::encode::own::to_contacts;
use super::person_of;
use crate::commands::update_contacts::update_contacts;
use crate::error::Error;
use crate::parts::Parts;
use crate::queries::get_contacts::get_contacts;

const UPDATE: &str = "deltaga.identity.v1.ContactService/UpdateOwnContacts";

/// Own contact points.
#[derive(Clone, Debug)]
pub struct Contacts(pub Parts);

#[tonic::async_trait]
impl ContactService for Contacts {
    async fn get_own_contacts(
        &self,
        request: Request<pb::GetOwnContactsRequest>,
    ) -> Result<Response<pb::GetOwnContactsResponse>, Status> {
        let kept = get_contacts(&self.0, &person_of(&request)?).await?;
        let contacts = Some(to_contacts(kept.as_ref()));
        Ok(Response::new(pb::GetOwnContactsResponse { contacts }))
    }

    async fn update_own_contacts(
        &self,
        request: Request<pb::UpdateOwnContactsRequest>,
    ) -> Result<Response<pb::UpdateOwnContactsResponse>, Status> {
        let (principal, who) = (caller(&request)?.subject(), person_of(&request)?);
        let request = request.into_inner();
        let (request_id, new) = new_contacts(&request)?;
        let call = Call {
            principal: &principal,
            method: UPDATE,
            request_id,
        };
        let response = self
            .0
            .database
            .transaction("identity.update_contacts", async |tx| {
                run(tx, &self.0.keys, call, &request, async |tx| {
                    let kept = update_contacts(tx, &self.0, &who, new.clone()).await?;
                    let contacts = Some(to_contacts(Some(&kept)));
                    Ok::<_, Error>(pb::UpdateOwnContactsResponse { contacts })
                })
                .await
            })
            .await?;
        Ok(Response::new(response))
    }
}
