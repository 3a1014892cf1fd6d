//! `InboxService`.

use std::collections::HashSet;

use platform::grpc::convert::{id, ids, page, request_id};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::participants::v1 as pb;
use proto::participants::v1::inbox_service_server::InboxService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::assign_supervisor::AssignSupervisor;
use crate::commands::{Commands, Once};
use crate::domain::calendar::day_of;
use crate::domain::ids::PlacementId;
use crate::queries::Queries;

const MOST_PLACEMENTS: usize = 200;

/// The adapter.
#[derive(Clone)]
pub struct Inbox {
    pub commands: Commands,
    pub queries: Queries,
}

impl Inbox {
    async fn list(&self, request: Request<pb::ListInboxRequest>) -> Result<pb::ListInboxResponse, Rejection> {
        let now = self.queries.database.now();
        let (reader, viewer) = (callers::reader(&request)?, callers::staff(&request, now)?);
        let list = ("inbox", viewer.grant.account_id);
        let page = page::<PlacementId>("page", request.get_ref().page.as_ref(), &list);
        let page = page.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let found = self.queries.inbox(&reader, &viewer, page.after, page.limit());
        let mut placements = found.await?;
        let next = page.close(&mut placements, |placement| placement.id);
        let summary = |it| convert::summary(it, day_of(now), false);
        Ok(pb::ListInboxResponse {
            placements: placements.iter().map(summary).collect(),
            page: Some(next),
        })
    }

    async fn assign(
        &self,
        request: Request<pb::AssignSupervisorRequest>,
    ) -> Result<pb::AssignSupervisorResponse, Rejection> {
        let now = self.queries.database.now();
        let (caller, viewer) = (callers::caller(&request)?, callers::staff(&request, now)?);
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let request_id = fields.check(request_id("request_id", &asked.request_id));
        let placements = fields.check(some_ids("placement_ids", &asked.placement_ids));
        let supervisor = fields.check(id("supervisor_account_id", &asked.supervisor_account_id));
        let (Some(request_id), Some(placements), Some(supervisor)) = (request_id, placements, supervisor)
        else {
            return Err(fields.reject());
        };
        let once = Once {
            method: "deltaga.participants.v1.InboxService/AssignSupervisor",
            request_id,
            request: asked,
        };
        let input = AssignSupervisor {
            placements,
            supervisor,
        };
        let assigned = self.commands.assign_supervisor(&caller, once, &viewer, &input);
        Ok(assigned.await?)
    }

    async fn remove(&self, request: Request<pb::RemoveInterruptedPlacementRequest>) -> Result<(), Rejection> {
        let now = self.queries.database.now();
        let (caller, viewer) = (callers::caller(&request)?, callers::staff(&request, now)?);
        let placement = id("placement_id", &request.get_ref().placement_id);
        let placement = placement.map_err(|violation| Rejection::invalid().fields([violation]))?;
        Ok(self
            .commands
            .remove_interrupted(&caller, &viewer, placement)
            .await?)
    }
}

#[tonic::async_trait]
impl InboxService for Inbox {
    async fn list_inbox(
        &self,
        request: Request<pb::ListInboxRequest>,
    ) -> Result<Response<pb::ListInboxResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn assign_supervisor(
        &self,
        request: Request<pb::AssignSupervisorRequest>,
    ) -> Result<Response<pb::AssignSupervisorResponse>, Status> {
        Ok(Response::new(self.assign(request).await?))
    }

    async fn remove_interrupted_placement(
        &self,
        request: Request<pb::RemoveInterruptedPlacementRequest>,
    ) -> Result<Response<pb::RemoveInterruptedPlacementResponse>, Status> {
        self.remove(request).await?;
        Ok(Response::new(pb::RemoveInterruptedPlacementResponse {}))
    }
}

/// 1 to 200 ids, none of them twice.
pub(super) fn some_ids(path: &str, texts: &[String]) -> Result<Vec<PlacementId>, FieldViolation> {
    if texts.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    if texts.len() > MOST_PLACEMENTS {
        return Err(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", MOST_PLACEMENTS));
    }
    let ids = ids(path, texts)?;
    let mut seen = HashSet::new();
    match ids.iter().position(|id| !seen.insert(*id)) {
        Some(twice) => Err(FieldViolation::new(
            format!("{path}[{twice}]"),
            ErrorReason::FieldMalformed,
        )),
        None => Ok(ids),
    }
}
