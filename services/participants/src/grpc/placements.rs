//! `PlacementService`.

use platform::grpc::convert::{id, optional_text, page};
use platform::grpc::{Fields, Rejection};
use proto::participants::v1 as pb;
use proto::participants::v1::placement_service_server::PlacementService;
use tonic::{Request, Response, Status};

use super::inbox::some_ids;
use super::{callers, convert};
use crate::domain::calendar::day_of;
use crate::domain::ids::{AccountId, PlacementId, UnitId};
use crate::domain::search::SearchText;
use crate::queries::Queries;
use crate::store::placements::Filter;

const LONGEST_SEARCH: usize = 200;

/// The adapter.
#[derive(Clone)]
pub struct Placements(pub Queries);

impl Placements {
    async fn list(
        &self,
        request: Request<pb::ListPlacementsRequest>,
    ) -> Result<pb::ListPlacementsResponse, Rejection> {
        let now = self.0.database.now();
        let (reader, viewer) = (callers::reader(&request)?, callers::viewer(&request, now)?);
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let statuses = fields.check(convert::status_filter("statuses", &asked.statuses));
        let supervisor = optional_id::<AccountId>("supervisor_account_id", &asked.supervisor_account_id);
        let supervisor = fields.check(supervisor);
        let unit = fields.check(optional_id::<UnitId>("unit_id", &asked.unit_id));
        let text = fields.check(optional_text("search", &asked.search, LONGEST_SEARCH));
        let list = ("placements", reader.reader_id, &asked.statuses);
        let list = (
            list,
            &asked.supervisor_account_id,
            &asked.unit_id,
            asked.search.trim(),
        );
        let page = fields.check(page::<PlacementId>("page", asked.page.as_ref(), &list));
        let (Some(statuses), Some(supervisor), Some(unit), Some(text), Some(page)) =
            (statuses, supervisor, unit, text, page)
        else {
            return Err(fields.reject());
        };
        let filter = Filter {
            statuses,
            unit,
            supervisor,
            after: page.after,
            limit: page.limit(),
        };
        let text = text.as_deref().and_then(SearchText::parse);
        let mut placements = self.0.list(&reader, &viewer, &filter, text.as_ref()).await?;
        let next = page.close(&mut placements, |placement| placement.id);
        let summary = |it| convert::summary(it, day_of(now), false);
        Ok(pb::ListPlacementsResponse {
            placements: placements.iter().map(summary).collect(),
            page: Some(next),
        })
    }

    async fn get(&self, request: Request<pb::GetPlacementRequest>) -> Result<pb::Placement, Rejection> {
        let now = self.0.database.now();
        let (reader, viewer) = (callers::reader(&request)?, callers::viewer(&request, now)?);
        let placement = id("placement_id", &request.get_ref().placement_id);
        let placement = placement.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let looked = self.0.get(&reader, &viewer, placement).await?;
        Ok(convert::placement(&looked, day_of(now)))
    }

    async fn batch(
        &self,
        request: Request<pb::BatchGetPlacementsRequest>,
    ) -> Result<Vec<pb::PlacementSummary>, Rejection> {
        let now = self.0.database.now();
        let (reader, viewer) = (callers::reader(&request)?, callers::viewer(&request, now)?);
        let ids = some_ids("placement_ids", &request.get_ref().placement_ids);
        let ids = ids.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let found = self.0.batch(&reader, &viewer, &ids).await?;
        let summary = |it| convert::summary(it, day_of(now), false);
        Ok(found.iter().map(summary).collect())
    }

    async fn own(
        &self,
        request: Request<pb::ListOwnPlacementsRequest>,
    ) -> Result<pb::ListOwnPlacementsResponse, Rejection> {
        let today = day_of(self.0.database.now());
        let persons = callers::participant(&request)?;
        let list = ("own placements", &persons);
        let page = page::<PlacementId>("page", request.get_ref().page.as_ref(), &list);
        let page = page.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let mut found = self.0.own(&persons, page.after, page.limit()).await?;
        let next = page.close(&mut found, |found| found.placement.id);
        Ok(pb::ListOwnPlacementsResponse {
            placements: found.iter().map(|it| convert::own_placement(it, today)).collect(),
            page: Some(next),
        })
    }
}

#[tonic::async_trait]
impl PlacementService for Placements {
    async fn list_placements(
        &self,
        request: Request<pb::ListPlacementsRequest>,
    ) -> Result<Response<pb::ListPlacementsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn get_placement(
        &self,
        request: Request<pb::GetPlacementRequest>,
    ) -> Result<Response<pb::GetPlacementResponse>, Status> {
        let placement = Some(self.get(request).await?);
        Ok(Response::new(pb::GetPlacementResponse { placement }))
    }

    async fn batch_get_placements(
        &self,
        request: Request<pb::BatchGetPlacementsRequest>,
    ) -> Result<Response<pb::BatchGetPlacementsResponse>, Status> {
        let placements = self.batch(request).await?;
        Ok(Response::new(pb::BatchGetPlacementsResponse { placements }))
    }

    async fn list_own_placements(
        &self,
        request: Request<pb::ListOwnPlacementsRequest>,
    ) -> Result<Response<pb::ListOwnPlacementsResponse>, Status> {
        Ok(Response::new(self.own(request).await?))
    }
}

fn optional_id<T: std::str::FromStr>(
    path: &str,
    text: &str,
) -> Result<Option<T>, platform::grpc::FieldViolation> {
    if text.is_empty() {
        return Ok(None);
    }
    id(path, text).map(Some)
}
