//! `MonthService`.

use platform::grpc::convert::{id, known, page};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::attendance::v1 as pb;
use proto::attendance::v1::month_service_server::MonthService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::{Commands, Once};
use crate::domain::ids::{PlacementId, UnitId};
use crate::domain::report::Status as MonthStatus;
use crate::queries::months::{self, Search};

/// The adapter.
#[derive(Clone)]
pub struct Months(pub Commands);

impl Months {
    async fn list(
        &self,
        request: Request<pb::ListMonthsRequest>,
    ) -> Result<pb::ListMonthsResponse, Rejection> {
        let (caller, reach) = (callers::caller(&request)?, callers::reach(&request)?);
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let month = fields.check(convert::month("month", asked.month));
        let unit = match asked.unit_id.as_str() {
            "" => Some(None),
            text => fields.check(id::<UnitId>("unit_id", text)).map(Some),
        };
        let status = fields.check(status(asked.status));
        let of_month = month.map(|month| month.to_string());
        let list = (
            "months",
            reach.organisation,
            of_month,
            &asked.unit_id,
            asked.status,
        );
        let page = fields.check(page::<PlacementId>("page", asked.page.as_ref(), &list));
        let (Some(month), Some(unit), Some(status), Some(page)) = (month, unit, status, page) else {
            return Err(fields.reject());
        };
        let search = Search {
            reach: &reach,
            month,
            unit,
            status,
            after: page.after,
            limit: page.limit(),
        };
        let mut found = months::list(&self.0.database, caller.reader.as_ref(), &search).await?;
        let next = page.close(&mut found, |row| row.placement);
        Ok(pb::ListMonthsResponse {
            months: found.iter().map(convert::summary).collect(),
            page: Some(next),
        })
    }

    async fn get(&self, request: Request<pb::GetMonthRequest>) -> Result<pb::GetMonthResponse, Rejection> {
        let (caller, reach) = (callers::caller(&request)?, callers::reach(&request)?);
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let placement = fields.check(id("placement_id", &asked.placement_id));
        let month = fields.check(convert::month("month", asked.month));
        let (Some(placement), Some(month)) = (placement, month) else {
            return Err(fields.reject());
        };
        let view = self
            .0
            .month(caller.reader.as_ref(), &reach, placement, month)
            .await?;
        Ok(convert::month_view(month, &view))
    }

    async fn save(
        &self,
        request: Request<pb::SaveMonthDraftRequest>,
    ) -> Result<pb::SaveMonthDraftResponse, Rejection> {
        let (caller, reach) = (callers::caller(&request)?, callers::reach(&request)?);
        let asked = convert::save_draft(request.get_ref())?;
        Ok(convert::draft_saved(
            &self.0.save_draft(&caller, &reach, &asked).await?,
        ))
    }

    async fn submit(
        &self,
        request: Request<pb::SubmitMonthRequest>,
    ) -> Result<pb::SubmitMonthResponse, Rejection> {
        let (caller, reach) = (callers::caller(&request)?, callers::reach(&request)?);
        let asked = convert::submit_month(request.get_ref())?;
        let once = Once {
            method: "deltaga.attendance.v1.MonthService/SubmitMonth",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self.0.submit_month(&caller, &reach, once, &asked.input).await?)
    }

    async fn import(
        &self,
        request: Request<pb::ImportHoursRequest>,
    ) -> Result<pb::ImportHoursResponse, Rejection> {
        let (caller, reach) = (callers::caller(&request)?, callers::reach(&request)?);
        let asked = convert::import_hours(request.get_ref())?;
        let once = Once {
            method: "deltaga.attendance.v1.MonthService/ImportHours",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self.0.import_hours(&caller, &reach, once, asked.input).await?)
    }
}

#[tonic::async_trait]
impl MonthService for Months {
    async fn list_months(
        &self,
        request: Request<pb::ListMonthsRequest>,
    ) -> Result<Response<pb::ListMonthsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_month(
        &self,
        request: Request<pb::GetMonthRequest>,
    ) -> Result<Response<pb::GetMonthResponse>, Status> {
        Ok(Response::new(self.get(request).await?))
    }

    async fn save_month_draft(
        &self,
        request: Request<pb::SaveMonthDraftRequest>,
    ) -> Result<Response<pb::SaveMonthDraftResponse>, Status> {
        Ok(Response::new(self.save(request).await?))
    }

    async fn submit_month(
        &self,
        request: Request<pb::SubmitMonthRequest>,
    ) -> Result<Response<pb::SubmitMonthResponse>, Status> {
        Ok(Response::new(self.submit(request).await?))
    }

    async fn import_hours(
        &self,
        request: Request<pb::ImportHoursRequest>,
    ) -> Result<Response<pb::ImportHoursResponse>, Status> {
        Ok(Response::new(self.import(request).await?))
    }
}

fn status(status: i32) -> Result<Option<MonthStatus>, FieldViolation> {
    if status == 0 {
        return Ok(None);
    }
    let status = match known("status", status)? {
        pb::MonthStatus::Unspecified => return Ok(None),
        pb::MonthStatus::NotBegun => MonthStatus::NotBegun,
        pb::MonthStatus::Draft => MonthStatus::Draft,
        pb::MonthStatus::Waiting => MonthStatus::Waiting,
        pb::MonthStatus::Approved => MonthStatus::Approved,
        pb::MonthStatus::Rejected => MonthStatus::Rejected,
        pb::MonthStatus::Lapsed => MonthStatus::Lapsed,
    };
    Ok(Some(status))
}
