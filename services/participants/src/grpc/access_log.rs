//! `AccessLogService`.

use jiff::Timestamp;
use platform::grpc::Rejection;
use platform::grpc::convert::{page, to_timestamp};
use proto::participants::v1 as pb;
use proto::participants::v1::access_log_service_server::AccessLogService;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::callers;
use crate::queries::Queries;
use crate::store::accesses::Access;

/// The adapter.
#[derive(Clone)]
pub struct AccessLog(pub Queries);

impl AccessLog {
    async fn list(
        &self,
        request: Request<pb::ListAccessesRequest>,
    ) -> Result<pb::ListAccessesResponse, Rejection> {
        let persons = callers::participant(&request)?;
        let list = ("accesses", &persons);
        let page = page::<(Timestamp, Uuid)>("page", request.get_ref().page.as_ref(), &list);
        let page = page.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let mut accesses = self.0.accesses(&persons, page.after, page.limit()).await?;
        let next = page.close(&mut accesses, |access| (access.at, access.id));
        Ok(pb::ListAccessesResponse {
            accesses: accesses.iter().map(access).collect(),
            page: Some(next),
        })
    }
}

#[tonic::async_trait]
impl AccessLogService for AccessLog {
    async fn list_accesses(
        &self,
        request: Request<pb::ListAccessesRequest>,
    ) -> Result<Response<pb::ListAccessesResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }
}

pub(super) fn access(access: &Access) -> pb::Access {
    pb::Access {
        access_id: access.id.to_string(),
        at: Some(to_timestamp(access.at)),
        organisation_id: access.organisation.to_string(),
        role: access.role.clone(),
        purpose: access.purpose.clone(),
        data_kind: access.data_kind.clone(),
    }
}
