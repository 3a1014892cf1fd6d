//! `NominationService`.

use platform::grpc::convert::{id, page};
use platform::grpc::{Fields, Rejection};
use proto::staff::v1 as pb;
use proto::staff::v1::nomination_service_server::NominationService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::{Commands, Once};
use crate::domain::account::Account;
use crate::domain::calendar::day_of;
use crate::domain::ids::{NominationId, OrganisationId};
use crate::domain::nomination::Nomination;
use crate::queries;

/// The adapter.
#[derive(Clone)]
pub struct Nominations(pub Commands);

impl Nominations {
    async fn nominate(
        &self,
        request: Request<pb::NominateAdministratorRequest>,
    ) -> Result<pb::NominateAdministratorResponse, Rejection> {
        callers::require_agency(&request)?;
        let caller = callers::caller(&request)?;
        let asked = convert::nominate_administrator(request.get_ref(), day_of(self.0.database.now()))?;
        let once = Once {
            method: "deltaga.staff.v1.NominationService/NominateAdministrator",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self.0.nominate_administrator(&caller, once, &asked.input).await?)
    }

    async fn list(
        &self,
        request: Request<pb::ListNominationsRequest>,
    ) -> Result<pb::ListNominationsResponse, Rejection> {
        callers::require_agency(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let organisation = fields.check(id::<OrganisationId>("organisation_id", &asked.organisation_id));
        let page = fields.check(page::<NominationId>(
            "page",
            asked.page.as_ref(),
            &("nominations", organisation),
        ));
        let (Some(organisation), Some(page)) = (organisation, page) else {
            return Err(fields.reject());
        };
        let database = &self.0.database;
        let mut found = queries::nominations::list(database, organisation, page.after, page.limit()).await?;
        let next = page.close(&mut found, |nomination| nomination.id);
        let now = database.now();
        let nominations = found
            .iter()
            .map(|nomination| convert::nomination(nomination, now))
            .collect();
        Ok(pb::ListNominationsResponse {
            nominations,
            page: Some(next),
        })
    }

    async fn revoke(&self, request: Request<pb::RevokeNominationRequest>) -> Result<Nomination, Rejection> {
        callers::require_agency(&request)?;
        let caller = callers::caller(&request)?;
        Ok(self
            .0
            .revoke_nomination(&caller, nomination_id(&request.get_ref().nomination_id)?)
            .await?)
    }

    async fn accept(&self, request: Request<pb::AcceptNominationRequest>) -> Result<Account, Rejection> {
        let (caller, who) = (callers::caller(&request)?, callers::who(&request)?);
        Ok(self
            .0
            .accept_nomination(&caller, &who, nomination_id(&request.get_ref().nomination_id)?)
            .await?)
    }
}

#[tonic::async_trait]
impl NominationService for Nominations {
    async fn nominate_administrator(
        &self,
        request: Request<pb::NominateAdministratorRequest>,
    ) -> Result<Response<pb::NominateAdministratorResponse>, Status> {
        Ok(Response::new(self.nominate(request).await?))
    }

    async fn list_nominations(
        &self,
        request: Request<pb::ListNominationsRequest>,
    ) -> Result<Response<pb::ListNominationsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn revoke_nomination(
        &self,
        request: Request<pb::RevokeNominationRequest>,
    ) -> Result<Response<pb::RevokeNominationResponse>, Status> {
        let nomination = self.revoke(request).await?;
        let nomination = Some(convert::nomination(&nomination, self.0.database.now()));
        Ok(Response::new(pb::RevokeNominationResponse { nomination }))
    }

    async fn accept_nomination(
        &self,
        request: Request<pb::AcceptNominationRequest>,
    ) -> Result<Response<pb::AcceptNominationResponse>, Status> {
        let account = Some(convert::account(&self.accept(request).await?));
        Ok(Response::new(pb::AcceptNominationResponse { account }))
    }
}

fn nomination_id(text: &str) -> Result<NominationId, Rejection> {
    id("nomination_id", text).map_err(|violation| Rejection::invalid().fields([violation]))
}
