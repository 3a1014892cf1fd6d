//! `PaymentService`.

use platform::grpc::convert::{id, page, to_timestamp};
use platform::grpc::{Fields, Rejection};
use proto::attendance::v1 as pb;
use proto::attendance::v1::payment_service_server::PaymentService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::Commands;
use crate::domain::ids::{MonthReportId, OrganisationId};
use crate::domain::month::Month;
use crate::events::publish;
use crate::queries::payment_bases::{self, PaymentBasis, Search};

/// The adapter.
#[derive(Clone)]
pub struct Payments(pub Commands);

impl Payments {
    async fn list(
        &self,
        request: Request<pb::ListPaymentBasesRequest>,
    ) -> Result<pb::ListPaymentBasesResponse, Rejection> {
        callers::require_agency(&request)?;
        let caller = callers::caller(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let month = fields.check(convert::month("month", asked.month));
        let organisation = match asked.organisation_id.as_str() {
            "" => Some(None),
            text => fields
                .check(id::<OrganisationId>("organisation_id", text))
                .map(Some),
        };
        let of_month = month.map(|month| month.to_string());
        let list = ("payment_bases", of_month, &asked.organisation_id);
        let page = fields.check(page::<MonthReportId>("page", asked.page.as_ref(), &list));
        let (Some(month), Some(organisation), Some(page)) = (month, organisation, page) else {
            return Err(fields.reject());
        };
        let search = Search {
            month,
            organisation,
            after: page.after,
            limit: page.limit(),
        };
        let mut found = payment_bases::list(&self.0.database, caller.reader.as_ref(), search).await?;
        let next = page.close(&mut found, |basis| basis.report);
        Ok(pb::ListPaymentBasesResponse {
            payment_bases: found.iter().map(|found| basis(month, found)).collect(),
            page: Some(next),
        })
    }
}

#[tonic::async_trait]
impl PaymentService for Payments {
    async fn list_payment_bases(
        &self,
        request: Request<pb::ListPaymentBasesRequest>,
    ) -> Result<Response<pb::ListPaymentBasesResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }
}

fn basis(month: Month, basis: &PaymentBasis) -> pb::PaymentBasis {
    pb::PaymentBasis {
        month_report_id: basis.report.to_string(),
        placement_id: basis.placement.to_string(),
        organisation_id: basis.organisation.to_string(),
        unit_id: basis.unit.to_string(),
        month: Some(publish::month(month)),
        revision: basis.revision,
        submitted_at: Some(to_timestamp(basis.submitted_at.timestamp())),
        credited_minutes: basis.credited_minutes,
    }
}
