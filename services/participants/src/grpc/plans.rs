//! `PlanService`.

use platform::grpc::convert::{id, page, request_id};
use platform::grpc::{Fields, Rejection};
use proto::participants::v1 as pb;
use proto::participants::v1::plan_service_server::PlanService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::save_plan_draft::SavePlanDraft;
use crate::commands::send_plan::SendPlan;
use crate::commands::{Commands, Once};
use crate::domain::ids::DocumentId;
use crate::queries::Queries;

/// The adapter.
#[derive(Clone)]
pub struct Plans {
    pub commands: Commands,
    pub queries: Queries,
}

impl Plans {
    async fn save(
        &self,
        request: Request<pb::SaveJointPlanDraftRequest>,
    ) -> Result<pb::SaveJointPlanDraftResponse, Rejection> {
        let caller = callers::caller(&request)?;
        let viewer = callers::viewer(&request, self.queries.database.now())?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let request_id = fields.check(request_id("request_id", &asked.request_id));
        let placement = fields.check(id("placement_id", &asked.placement_id));
        let plan = convert::draft_plan("plan", asked.plan.as_ref(), &mut fields);
        let (Some(request_id), Some(placement), Some(plan)) = (request_id, placement, plan) else {
            return Err(fields.reject());
        };
        let once = Once {
            method: "deltaga.participants.v1.PlanService/SaveJointPlanDraft",
            request_id,
            request: asked,
        };
        let input = SavePlanDraft {
            placement,
            etag: asked.etag.clone(),
            plan,
        };
        Ok(self
            .commands
            .save_plan_draft(&caller, once, &viewer, &input)
            .await?)
    }

    async fn get(
        &self,
        request: Request<pb::GetJointPlanRequest>,
    ) -> Result<pb::GetJointPlanResponse, Rejection> {
        let reader = callers::reader(&request)?;
        let viewer = callers::viewer(&request, self.queries.database.now())?;
        let placement = id("placement_id", &request.get_ref().placement_id);
        let placement = placement.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let (draft, sent) = self.queries.joint_plan(&reader, &viewer, placement).await?;
        Ok(pb::GetJointPlanResponse {
            draft: draft.as_ref().map(convert::draft),
            sent: sent.iter().map(convert::sent_plan).collect(),
        })
    }

    async fn send(
        &self,
        request: Request<pb::SendJointPlanRequest>,
    ) -> Result<pb::SendJointPlanResponse, Rejection> {
        let caller = callers::caller(&request)?;
        let viewer = callers::viewer(&request, self.queries.database.now())?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let request_id = fields.check(request_id("request_id", &asked.request_id));
        let placement = fields.check(id("placement_id", &asked.placement_id));
        let (Some(request_id), Some(placement)) = (request_id, placement) else {
            return Err(fields.reject());
        };
        let once = Once {
            method: "deltaga.participants.v1.PlanService/SendJointPlan",
            request_id,
            request: asked,
        };
        let input = SendPlan {
            placement,
            etag: asked.etag.clone(),
        };
        Ok(self.commands.send_plan(&caller, once, &viewer, &input).await?)
    }

    async fn own(
        &self,
        request: Request<pb::ListOwnPlansRequest>,
    ) -> Result<pb::ListOwnPlansResponse, Rejection> {
        let persons = callers::participant(&request)?;
        let list = ("own plans", &persons);
        let page = page::<DocumentId>("page", request.get_ref().page.as_ref(), &list);
        let page = page.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let mut plans = self.queries.own_plans(&persons, page.after, page.limit()).await?;
        let next = page.close(&mut plans, |plan| plan.id);
        Ok(pb::ListOwnPlansResponse {
            plans: plans.iter().map(convert::sent_plan).collect(),
            page: Some(next),
        })
    }
}

#[tonic::async_trait]
impl PlanService for Plans {
    async fn save_joint_plan_draft(
        &self,
        request: Request<pb::SaveJointPlanDraftRequest>,
    ) -> Result<Response<pb::SaveJointPlanDraftResponse>, Status> {
        Ok(Response::new(self.save(request).await?))
    }

    async fn get_joint_plan(
        &self,
        request: Request<pb::GetJointPlanRequest>,
    ) -> Result<Response<pb::GetJointPlanResponse>, Status> {
        Ok(Response::new(self.get(request).await?))
    }

    async fn send_joint_plan(
        &self,
        request: Request<pb::SendJointPlanRequest>,
    ) -> Result<Response<pb::SendJointPlanResponse>, Status> {
        Ok(Response::new(self.send(request).await?))
    }

    async fn list_own_plans(
        &self,
        request: Request<pb::ListOwnPlansRequest>,
    ) -> Result<Response<pb::ListOwnPlansResponse>, Status> {
        Ok(Response::new(self.own(request).await?))
    }
}
