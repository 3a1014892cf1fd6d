//! SigningService.

use proto::identity::v1 as pb;
use proto::identity::v1::signing_service_server::SigningService;
use tonic::{Request, Response, Status};

use super::convert::{self, one_id};
use super::encode::{to_flow, to_signature, to_signature_state};
use super::end_user::end_user;
use super::{person_of, service_of};
use crate::commands::cancel_flow;
use crate::commands::prepare_signature::prepare_signature;
use crate::commands::start_signing::start_signing;
use crate::parts::Parts;
use crate::queries::flow_view::FlowView;
use crate::queries::get_signature::get_signature;
use crate::queries::get_signing::{self, get_signing};

/// Signings.
#[derive(Clone, Debug)]
pub struct Signings(pub Parts);

#[tonic::async_trait]
impl SigningService for Signings {
    async fn prepare_signature(
        &self,
        request: Request<pb::PrepareSignatureRequest>,
    ) -> Result<Response<pb::PrepareSignatureResponse>, Status> {
        let service = service_of(&request)?;
        let (signature, text) = convert::signature(request.into_inner(), &service)?;
        let state = prepare_signature(&self.0, &signature, &text).await?;
        Ok(Response::new(pb::PrepareSignatureResponse {
            state: to_signature_state(state).into(),
        }))
    }

    async fn start_signing(
        &self,
        request: Request<pb::StartSigningRequest>,
    ) -> Result<Response<pb::StartSigningResponse>, Status> {
        let who = person_of(&request)?;
        let (ids, how) = convert::start_signing(request.get_ref(), end_user(&request)?, &self.0.public_url)?;
        let begun = start_signing(&self.0, &who, &ids, &how).await?;
        let view = FlowView::of(&begun.flow, &begun.order, self.0.now());
        Ok(Response::new(pb::StartSigningResponse {
            flow: Some(to_flow(view)),
        }))
    }

    async fn get_signing(
        &self,
        request: Request<pb::GetSigningRequest>,
    ) -> Result<Response<pb::GetSigningResponse>, Status> {
        let flow_id = one_id("flow_id", &request.get_ref().flow_id)?;
        let signing = get_signing(&self.0, &person_of(&request)?, flow_id).await?;
        let signature_ids = signing.signature_ids.iter().map(ToString::to_string).collect();
        Ok(Response::new(pb::GetSigningResponse {
            flow: Some(to_flow(signing.flow)),
            signature_ids,
        }))
    }

    async fn cancel_signing(
        &self,
        request: Request<pb::CancelSigningRequest>,
    ) -> Result<Response<pb::CancelSigningResponse>, Status> {
        let flow_id = one_id("flow_id", &request.get_ref().flow_id)?;
        get_signing::find(&self.0, &person_of(&request)?, flow_id).await?;
        cancel_flow::cancel(&self.0, flow_id).await?;
        Ok(Response::new(pb::CancelSigningResponse {}))
    }

    async fn get_signature(
        &self,
        request: Request<pb::GetSignatureRequest>,
    ) -> Result<Response<pb::GetSignatureResponse>, Status> {
        let signature_id = one_id("signature_id", &request.get_ref().signature_id)?;
        let signature = get_signature(&self.0, &service_of(&request)?, signature_id).await?;
        Ok(Response::new(to_signature(&signature)))
    }
}
