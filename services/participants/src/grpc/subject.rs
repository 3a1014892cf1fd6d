//! `SubjectService`: everything that participants holds of the person who asks.

use std::sync::Arc;

use platform::grpc::Rejection;
use platform::subject::{RecordPage, Records, record, records};
use proto::subject::v1 as pb;
use proto::subject::v1::subject_service_server::SubjectService;
use tonic::{Request, Response, Status};

use super::{access_log, callers, convert};
use crate::domain::calendar::day_of;
use crate::domain::ids::PersonId;
use crate::queries::Queries;
use crate::queries::own_records::{Page, Place};

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Queries);

impl Subject {
    async fn page(&self, persons: &[PersonId], place: Place) -> Result<RecordPage<Place>, Rejection> {
        let today = day_of(self.0.database.now());
        let (page, next) = self.0.own_records(persons, place).await?;
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

#[tonic::async_trait]
impl SubjectService for Subject {
    type ExportSubjectStream = Records;

    async fn export_subject(
        &self,
        request: Request<pb::ExportSubjectRequest>,
    ) -> Result<Response<Records>, Status> {
        let (subject, persons) = (self.clone(), Arc::new(callers::participant(&request)?));
        let read = move |place| {
            let (subject, persons) = (subject.clone(), persons.clone());
            async move { subject.page(&persons, place).await }
        };
        Ok(Response::new(records(Place::START, read)))
    }
}
