//! `GrantService`.

use platform::db::Database;
use platform::grpc::Rejection;
use platform::grpc::convert::{to_revision, to_timestamp};
use proto::errors::v1::ErrorReason;
use proto::staff::v1 as pb;
use proto::staff::v1::grant_service_server::GrantService;
use tonic::{Request, Response, Status};

use crate::events::publish;
use crate::queries::grant_changes::{self, Cursor, GrantChanges, PAGE};
use crate::store::grants::ChangedAccount;

/// The adapter. Kinds of caller are checked by the policy layer; every service may ask for all grants.
#[derive(Clone, Debug)]
pub struct Grants(pub Database);

impl Grants {
    async fn list(&self, request: &pb::ListGrantChangesRequest) -> Result<GrantChanges, Rejection> {
        let cursor = match request.since.as_str() {
            "" => None,
            text => Some(
                text.parse::<Cursor>()
                    .map_err(|_| Rejection::invalid().field("since", ErrorReason::PageTokenInvalid))?,
            ),
        };
        Ok(grant_changes::changes(&self.0, cursor, PAGE).await?)
    }
}

#[tonic::async_trait]
impl GrantService for Grants {
    async fn list_grant_changes(
        &self,
        request: Request<pb::ListGrantChangesRequest>,
    ) -> Result<Response<pb::ListGrantChangesResponse>, Status> {
        let found = self.list(request.get_ref()).await?;
        Ok(Response::new(pb::ListGrantChangesResponse {
            changes: found.changes.iter().map(change).collect(),
            next_since: found.next.to_string(),
            complete: found.is_complete,
            as_of: Some(to_timestamp(found.as_of)),
        }))
    }
}

fn change(changed: &ChangedAccount) -> pb::GrantChange {
    pb::GrantChange {
        revision: Some(to_revision(changed.revision)),
        account: Some(publish::account_state(changed.kind, &changed.account)),
    }
}
