//! SignInService.

use proto::identity::v1 as pb;
use proto::identity::v1::sign_in_service_server::SignInService;
use tonic::{Request, Response, Status};

use super::convert::{self, one_id, secret};
use super::encode::{to_flow, to_session};
use super::end_user::end_user;
use crate::commands::cancel_flow;
use crate::commands::start_sign_in::start_sign_in;
use crate::parts::Parts;
use crate::queries::flow_view::FlowView;
use crate::queries::get_sign_in::{self, get_sign_in};

/// Sign-ins.
#[derive(Clone, Debug)]
pub struct SignIns(pub Parts);

#[tonic::async_trait]
impl SignInService for SignIns {
    async fn start_sign_in(
        &self,
        request: Request<pb::StartSignInRequest>,
    ) -> Result<Response<pb::StartSignInResponse>, Status> {
        let (portal, how) =
            convert::start_sign_in(request.get_ref(), end_user(&request)?, &self.0.public_url)?;
        let begun = start_sign_in(&self.0, portal, &how).await?;
        let view = FlowView::of(&begun.started.flow, &begun.started.order, self.0.now());
        let flow_token = begun.flow_token.expose().to_owned();
        Ok(Response::new(pb::StartSignInResponse {
            flow: Some(to_flow(view)),
            flow_token,
        }))
    }

    async fn get_sign_in(
        &self,
        request: Request<pb::GetSignInRequest>,
    ) -> Result<Response<pb::GetSignInResponse>, Status> {
        let request = request.into_inner();
        let flow_id = one_id("flow_id", &request.flow_id)?;
        let sign_in = get_sign_in(&self.0, flow_id, &secret(&request.flow_token, "flow")?).await?;
        let session = sign_in
            .session
            .map(|(session, token)| to_session(&session, &token));
        Ok(Response::new(pb::GetSignInResponse {
            flow: Some(to_flow(sign_in.flow)),
            session,
        }))
    }

    async fn cancel_sign_in(
        &self,
        request: Request<pb::CancelSignInRequest>,
    ) -> Result<Response<pb::CancelSignInResponse>, Status> {
        let request = request.into_inner();
        let flow_id = one_id("flow_id", &request.flow_id)?;
        get_sign_in::find(&self.0, flow_id, &secret(&request.flow_token, "flow")?).await?;
        cancel_flow::cancel(&self.0, flow_id).await?;
        Ok(Response::new(pb::CancelSignInResponse {}))
    }
}
