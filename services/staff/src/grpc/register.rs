//! `RegisterService`.

use platform::grpc::convert::{id, page};
use platform::grpc::{Fields, Rejection};
use proto::staff::v1 as pb;
use proto::staff::v1::register_service_server::RegisterService;
use tonic::{Request, Response, Status};

use super::callers::Reach;
use super::{callers, convert};
use crate::commands::{Commands, Once};
use crate::domain::ids::OrganisationId;
use crate::queries;

/// The adapter.
#[derive(Clone)]
pub struct Register(pub Commands);

impl Register {
    async fn import(
        &self,
        request: Request<pb::ImportRegisterRequest>,
    ) -> Result<pb::ImportRegisterResponse, Rejection> {
        callers::require_agency(&request)?;
        let caller = callers::caller(&request)?;
        let asked = convert::import_register(request.get_ref())?;
        let once = Once {
            method: "deltaga.staff.v1.RegisterService/ImportRegister",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self.0.import_register(&caller, once, asked.input).await?)
    }

    async fn list(
        &self,
        request: Request<pb::ListOrganisationsRequest>,
    ) -> Result<pb::ListOrganisationsResponse, Rejection> {
        callers::require_agency(&request)?;
        let mut fields = Fields::default();
        let page = page::<OrganisationId>("page", request.get_ref().page.as_ref(), &"organisations");
        let Some(page) = fields.check(page) else {
            return Err(fields.reject());
        };
        let mut found = queries::organisations::list(&self.0.database, page.after, page.limit()).await?;
        let next = page.close(&mut found, |organisation| organisation.id);
        let organisations = found.iter().map(convert::organisation).collect();
        Ok(pb::ListOrganisationsResponse {
            organisations,
            page: Some(next),
        })
    }

    async fn get(&self, request: Request<pb::GetOrganisationRequest>) -> Result<pb::Organisation, Rejection> {
        let reach = callers::reach(&request)?;
        let asked = id::<OrganisationId>("organisation_id", &request.get_ref().organisation_id);
        let asked = asked.map_err(|violation| Rejection::invalid().fields([violation]))?;
        if reach != Reach::Everything && reach != Reach::Own(asked) {
            return Err(Rejection::not_found("organisation"));
        }
        let (organisation, units) = queries::organisations::get(&self.0.database, asked).await?;
        Ok(convert::organisation_with_units(&organisation, &units))
    }
}

#[tonic::async_trait]
impl RegisterService for Register {
    async fn import_register(
        &self,
        request: Request<pb::ImportRegisterRequest>,
    ) -> Result<Response<pb::ImportRegisterResponse>, Status> {
        Ok(Response::new(self.import(request).await?))
    }

    async fn list_organisations(
        &self,
        request: Request<pb::ListOrganisationsRequest>,
    ) -> Result<Response<pb::ListOrganisationsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_organisation(
        &self,
        request: Request<pb::GetOrganisationRequest>,
    ) -> Result<Response<pb::GetOrganisationResponse>, Status> {
        let organisation = Some(self.get(request).await?);
        Ok(Response::new(pb::GetOrganisationResponse { organisation }))
    }
}
