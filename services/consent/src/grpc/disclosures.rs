//! `DisclosureService`, for export alone.

use platform::grpc::Rejection;
use proto::consent::v1 as pb;
use proto::consent::v1::disclosure_service_server::DisclosureService;
use tonic::{Request, Response, Status};

use super::convert;
use crate::commands::Commands;

/// The adapter.
#[derive(Clone)]
pub struct Disclosures(pub Commands);

#[tonic::async_trait]
impl DisclosureService for Disclosures {
    async fn authorise_disclosure(
        &self,
        request: Request<pb::AuthoriseDisclosureRequest>,
    ) -> Result<Response<pb::AuthoriseDisclosureResponse>, Status> {
        let input = convert::authorise(request.get_ref())?;
        let judged = self.0.authorise_disclosure(&input).await;
        let judged = judged.map_err(Rejection::from)?;
        let rows = judged.iter().map(convert::judged).collect();
        Ok(Response::new(pb::AuthoriseDisclosureResponse { rows }))
    }

    async fn begin_sending(
        &self,
        request: Request<pb::BeginSendingRequest>,
    ) -> Result<Response<pb::BeginSendingResponse>, Status> {
        let input = convert::begin(request.get_ref())?;
        let begun = self.0.begin_sending(input).await.map_err(Rejection::from)?;
        Ok(Response::new(convert::begun(&begun)))
    }

    async fn end_sending(
        &self,
        request: Request<pb::EndSendingRequest>,
    ) -> Result<Response<pb::EndSendingResponse>, Status> {
        let (part, attempt, outcome) = convert::end(request.get_ref())?;
        let ended = self.0.end_sending(part, attempt, outcome).await;
        ended.map_err(Rejection::from)?;
        Ok(Response::new(pb::EndSendingResponse {}))
    }
}
