//! InvitationService.

use platform::grpc::convert::to_timestamp;
use proto::identity::v1 as pb;
use proto::identity::v1::invitation_service_server::InvitationService;
use tonic::{Request, Response, Status};

use super::convert::{self, one_id, secret};
use super::encode::{to_invitation_kind, to_invitation_state};
use super::service_of;
use crate::commands::cancel_invitation::cancel_invitation;
use crate::commands::invite::invite;
use crate::commands::use_invitation::use_invitation;
use crate::domain::invitation::Delivery;
use crate::parts::Parts;
use crate::queries::get_invitation::{get_invitation, open_invitation};

/// Invitations.
#[derive(Clone, Debug)]
pub struct Invitations(pub Parts);

#[tonic::async_trait]
impl InvitationService for Invitations {
    async fn invite(
        &self,
        request: Request<pb::InviteRequest>,
    ) -> Result<Response<pb::InviteResponse>, Status> {
        let service = service_of(&request)?;
        let state = invite(
            &self.0,
            &service,
            &convert::invite(request.get_ref(), self.0.now())?,
        )
        .await?;
        Ok(Response::new(pb::InviteResponse {
            state: to_invitation_state(state).into(),
        }))
    }

    async fn get_invitation(
        &self,
        request: Request<pb::GetInvitationRequest>,
    ) -> Result<Response<pb::GetInvitationResponse>, Status> {
        let invitation_id = one_id("invitation_id", &request.get_ref().invitation_id)?;
        let invitation = get_invitation(&self.0, &service_of(&request)?, invitation_id).await?;
        let sent_at = match invitation.delivery {
            Delivery::Sent(at) => Some(to_timestamp(at)),
            Delivery::Queued | Delivery::Failed(_) => None,
        };
        let state = to_invitation_state(invitation.state(self.0.now())).into();
        Ok(Response::new(pb::GetInvitationResponse { state, sent_at }))
    }

    async fn cancel_invitation(
        &self,
        request: Request<pb::CancelInvitationRequest>,
    ) -> Result<Response<pb::CancelInvitationResponse>, Status> {
        let invitation_id = one_id("invitation_id", &request.get_ref().invitation_id)?;
        cancel_invitation(&self.0, &service_of(&request)?, invitation_id).await?;
        Ok(Response::new(pb::CancelInvitationResponse {}))
    }

    async fn open_invitation(
        &self,
        request: Request<pb::OpenInvitationRequest>,
    ) -> Result<Response<pb::OpenInvitationResponse>, Status> {
        let secret = secret(&request.get_ref().link_secret, "invitation")?;
        let invitation = open_invitation(&self.0, &secret).await?;
        Ok(Response::new(pb::OpenInvitationResponse {
            invitation_id: invitation.invitation_id.to_string(),
            kind: to_invitation_kind(invitation.kind).into(),
            subject_id: invitation.subject_id.to_string(),
        }))
    }

    async fn use_invitation(
        &self,
        request: Request<pb::UseInvitationRequest>,
    ) -> Result<Response<pb::UseInvitationResponse>, Status> {
        let service = service_of(&request)?;
        let (invitation_id, person_id) = convert::use_invitation(request.get_ref())?;
        let name = use_invitation(&self.0, &service, invitation_id, person_id).await?;
        let (given_name, surname) = name
            .map(|name| (name.given_name, name.surname))
            .unwrap_or_default();
        Ok(Response::new(pb::UseInvitationResponse { given_name, surname }))
    }
}
