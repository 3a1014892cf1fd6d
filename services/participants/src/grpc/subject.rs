//! `SubjectService`: everything that participants holds of the person who asks.

use platform::grpc::Rejection;
use platform::subject::{Holdings, RecordPage, record};
use proto::subject::v1::ExportSubjectRequest;
use tonic::Request;

use super::{access_log, callers, convert};
use crate::domain::calendar::day_of;
use crate::domain::ids::PersonId;
use crate::queries::Queries;
use crate::queries::own_records::{Page, Place};

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Queries);

#[tonic::async_trait]
impl Holdings for Subject {
    type Who = Vec<PersonId>;
    type Place = Place;

    const START: Place = Place::START;

    fn who(request: &Request<ExportSubjectRequest>) -> Result<Vec<PersonId>, Rejection> {
        callers::participant(request)
    }

    async fn page(&self, persons: &Vec<PersonId>, from: Place) -> Result<RecordPage<Place>, Rejection> {
        let today = day_of(self.0.database.now());
        let (page, next) = self.0.own_records(persons, from).await?;
        let records = match page {
            Page::Placements(found) => found
                .iter()
                .flat_map(|it| {
                    let facts = convert::own_facts(&it.placement);
                    [record(&convert::own_placement(it, today)), record(&facts)]
                })
                .collect(),
            Page::Plans(plans) => plans
                .iter()
                .map(|plan| record(&convert::sent_plan(plan)))
                .collect(),
            Page::Accesses(accesses) => accesses
                .iter()
                .map(|access| record(&access_log::access(access)))
                .collect(),
        };
        Ok((records, next))
    }
}
