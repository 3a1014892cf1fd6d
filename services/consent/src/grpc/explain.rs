//! `ExplainService`.

use platform::db::Database;
use platform::grpc::Rejection;
use proto::consent::v1 as pb;
use proto::consent::v1::explain_service_server::ExplainService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::queries;

/// The adapter.
#[derive(Clone)]
pub struct Explain(pub Database);

#[tonic::async_trait]
impl ExplainService for Explain {
    async fn explain_row(
        &self,
        request: Request<pb::ExplainRowRequest>,
    ) -> Result<Response<pb::ExplainRowResponse>, Status> {
        let viewer = callers::viewer(&request, self.0.now())?;
        let asked = convert::explain_row(request.get_ref())?;
        let explained = queries::explain_row::explain_row(&self.0, &viewer, asked)
            .await
            .map_err(Rejection::from)?;
        Ok(Response::new(convert::explained(&explained)))
    }
}
