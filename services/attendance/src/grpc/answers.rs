//! `AnswerService`.

use platform::grpc::convert::{id, page, request_id};
use platform::grpc::{Fields, Rejection};
use proto::attendance::v1 as pb;
use proto::attendance::v1::answer_service_server::AnswerService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::{Commands, Once};
use crate::domain::ids::{MonthReportId, SignatureId};
use crate::queries::own_months::{self, After};

/// The adapter.
#[derive(Clone)]
pub struct Answers(pub Commands);

impl Answers {
    async fn list(
        &self,
        request: Request<pb::ListOwnMonthsRequest>,
    ) -> Result<pb::ListOwnMonthsResponse, Rejection> {
        let who = callers::participant(&request)?;
        let list = ("own_months", who.person);
        let page = page::<After>("page", request.get_ref().page.as_ref(), &list)
            .map_err(|violation| Rejection::invalid().fields([violation]))?;
        let mut found = own_months::list(&self.0.database, &who, page.after, page.limit()).await?;
        let next = page.close(&mut found, |row| (row.month.into(), row.month_report_id));
        Ok(pb::ListOwnMonthsResponse {
            months: found.iter().map(convert::own_summary).collect(),
            page: Some(next),
        })
    }

    async fn get(&self, request: Request<pb::GetOwnMonthRequest>) -> Result<pb::OwnMonth, Rejection> {
        let who = callers::participant(&request)?;
        let report = id::<MonthReportId>("month_report_id", &request.get_ref().month_report_id)
            .map_err(|violation| Rejection::invalid().fields([violation]))?;
        let shown = self.0.show_month(&who, report).await?;
        Ok(convert::own_month(&shown, self.0.additions))
    }

    async fn revision(
        &self,
        request: Request<pb::GetOwnRevisionRequest>,
    ) -> Result<pb::OwnRevision, Rejection> {
        let who = callers::participant(&request)?;
        let (report, revision) = convert::get_own_revision(request.get_ref())?;
        let found = self.0.own_revision(&who, report, revision).await?;
        Ok(convert::own_revision(&found))
    }

    async fn remark(
        &self,
        request: Request<pb::SetRowRemarkRequest>,
    ) -> Result<Option<pb::RowRemark>, Rejection> {
        let (caller, who) = (callers::caller(&request)?, callers::participant(&request)?);
        let asked = convert::set_row_remark(request.get_ref())?;
        let remark = self.0.set_row_remark(&caller, &who, &asked).await?;
        Ok(remark.as_ref().map(convert::remark))
    }

    async fn prepare(&self, request: Request<pb::PrepareApprovalRequest>) -> Result<SignatureId, Rejection> {
        let who = callers::participant(&request)?;
        let asked = convert::prepare_approval(request.get_ref())?;
        Ok(self.0.prepare_approval(&who, &asked).await?)
    }

    async fn complete(
        &self,
        request: Request<pb::CompleteApprovalRequest>,
    ) -> Result<pb::CompleteApprovalResponse, Rejection> {
        let who = callers::participant(&request)?;
        let signature = id::<SignatureId>("signature_id", &request.get_ref().signature_id)
            .map_err(|violation| Rejection::invalid().fields([violation]))?;
        Ok(convert::approval(
            &self.0.complete_approval(&who, signature).await?,
        ))
    }

    async fn reject(
        &self,
        request: Request<pb::RejectMonthRequest>,
    ) -> Result<pb::RejectMonthResponse, Rejection> {
        let (caller, who) = (callers::caller(&request)?, callers::participant(&request)?);
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let request_id = fields.check(request_id("request_id", &asked.request_id));
        let report = fields.check(id::<MonthReportId>("month_report_id", &asked.month_report_id));
        let revision = fields.check(convert::number("revision", asked.revision));
        let (Some(request_id), Some(report), Some(revision)) = (request_id, report, revision) else {
            return Err(fields.reject());
        };
        let once = Once {
            method: "deltaga.attendance.v1.AnswerService/RejectMonth",
            request_id,
            request: asked,
        };
        Ok(self.0.reject_month(&caller, &who, once, report, revision).await?)
    }
}

#[tonic::async_trait]
impl AnswerService for Answers {
    async fn list_own_months(
        &self,
        request: Request<pb::ListOwnMonthsRequest>,
    ) -> Result<Response<pb::ListOwnMonthsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_own_month(
        &self,
        request: Request<pb::GetOwnMonthRequest>,
    ) -> Result<Response<pb::GetOwnMonthResponse>, Status> {
        let month = Some(self.get(request).await?);
        Ok(Response::new(pb::GetOwnMonthResponse { month }))
    }

    async fn get_own_revision(
        &self,
        request: Request<pb::GetOwnRevisionRequest>,
    ) -> Result<Response<pb::GetOwnRevisionResponse>, Status> {
        let revision = Some(self.revision(request).await?);
        Ok(Response::new(pb::GetOwnRevisionResponse { revision }))
    }

    async fn set_row_remark(
        &self,
        request: Request<pb::SetRowRemarkRequest>,
    ) -> Result<Response<pb::SetRowRemarkResponse>, Status> {
        let remark = self.remark(request).await?;
        Ok(Response::new(pb::SetRowRemarkResponse { remark }))
    }

    async fn prepare_approval(
        &self,
        request: Request<pb::PrepareApprovalRequest>,
    ) -> Result<Response<pb::PrepareApprovalResponse>, Status> {
        let signature_id = self.prepare(request).await?.to_string();
        Ok(Response::new(pb::PrepareApprovalResponse { signature_id }))
    }

    async fn complete_approval(
        &self,
        request: Request<pb::CompleteApprovalRequest>,
    ) -> Result<Response<pb::CompleteApprovalResponse>, Status> {
        Ok(Response::new(self.complete(request).await?))
    }

    async fn reject_month(
        &self,
        request: Request<pb::RejectMonthRequest>,
    ) -> Result<Response<pb::RejectMonthResponse>, Status> {
        Ok(Response::new(self.reject(request).await?))
    }
}
