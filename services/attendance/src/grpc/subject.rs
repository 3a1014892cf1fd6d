//! `SubjectService`: everything that attendance holds of the person who asks.

use platform::grpc::Rejection;
use platform::subject::{Holdings, RecordPage, record};
use proto::subject::v1::ExportSubjectRequest;
use tonic::Request;

use super::{callers, convert};
use crate::commands::{Commands, Who};
use crate::queries::own_records::{Page, Place};

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Commands);

#[tonic::async_trait]
impl Holdings for Subject {
    type Who = Who;
    type Place = Place;

    const START: Place = Place::START;

    fn who(request: &Request<ExportSubjectRequest>) -> Result<Who, Rejection> {
        callers::participant(request)
    }

    async fn page(&self, who: &Who, from: Place) -> Result<RecordPage<Place>, Rejection> {
        let (page, next) = self.0.own_records(who, from).await?;
        let records = match page {
            Page::Revisions(revisions) => revisions
                .iter()
                .map(|own| record(&convert::own_revision(own)))
                .collect(),
            Page::Approvals(kept) => kept
                .iter()
                .map(|kept| record(&convert::own_approval(kept)))
                .collect(),
        };
        Ok((records, next))
    }
}
