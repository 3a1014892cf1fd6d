//! `CatalogueService`.

use platform::grpc::convert::{day, page, to_day};
use platform::grpc::{Fields, Rejection};
use proto::attendance::v1 as pb;
use proto::attendance::v1::catalogue_service_server::CatalogueService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::Commands;
use crate::queries;
use crate::store::activities::{ActivityPage, StoredActivity};

/// The adapter.
#[derive(Clone)]
pub struct Catalogue(pub Commands);

impl Catalogue {
    async fn list(
        &self,
        request: Request<pb::ListActivitiesRequest>,
    ) -> Result<pb::ListActivitiesResponse, Rejection> {
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let on = asked.on.map(|on| fields.check(day("on", Some(on))));
        let list = ("activities", asked.on.map(|on| (on.year, on.month, on.day)));
        let page = fields.check(page::<String>("page", asked.page.as_ref(), &list));
        let (None | Some(Some(_)), Some(page)) = (on, page) else {
            return Err(fields.reject());
        };
        let wanted = ActivityPage {
            on: on.flatten(),
            after: page.after.as_deref(),
            limit: page.limit(),
        };
        let mut found = queries::activities::list(&self.0.database, &wanted).await?;
        let next = page.close(&mut found, |stored| stored.activity.code.to_string());
        Ok(pb::ListActivitiesResponse {
            activities: found.iter().map(convert::activity).collect(),
            page: Some(next),
        })
    }

    async fn upsert(&self, request: Request<pb::UpsertActivityRequest>) -> Result<StoredActivity, Rejection> {
        callers::require_agency(&request)?;
        let caller = callers::caller(&request)?;
        let activity = convert::activity_of(request.get_ref())?;
        let seen = request
            .get_ref()
            .activity
            .as_ref()
            .map(|asked| asked.etag.as_str());
        Ok(self
            .0
            .upsert_activity(&caller, &activity, seen.unwrap_or_default())
            .await?)
    }
}

#[tonic::async_trait]
impl CatalogueService for Catalogue {
    async fn list_activities(
        &self,
        request: Request<pb::ListActivitiesRequest>,
    ) -> Result<Response<pb::ListActivitiesResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_calendar(
        &self,
        request: Request<pb::GetCalendarRequest>,
    ) -> Result<Response<pb::GetCalendarResponse>, Status> {
        let month = convert::month("month", request.get_ref().month)
            .map_err(|violation| Rejection::invalid().fields([violation]))?;
        let working_days = self.0.calendar.working_days(month).map(to_day).collect();
        Ok(Response::new(pb::GetCalendarResponse { working_days }))
    }

    async fn upsert_activity(
        &self,
        request: Request<pb::UpsertActivityRequest>,
    ) -> Result<Response<pb::UpsertActivityResponse>, Status> {
        let activity = Some(convert::activity(&self.upsert(request).await?));
        Ok(Response::new(pb::UpsertActivityResponse { activity }))
    }
}
