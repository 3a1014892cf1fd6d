//! `SubjectService`: everything that attendance holds of the person who asks.

use platform::subject::{Records, record, records};
use proto::subject::v1 as pb;
use proto::subject::v1::subject_service_server::SubjectService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::Commands;
use crate::queries::own_records::{Page, Place};

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Commands);

#[tonic::async_trait]
impl SubjectService for Subject {
    type ExportSubjectStream = Records;

    async fn export_subject(
        &self,
        request: Request<pb::ExportSubjectRequest>,
    ) -> Result<Response<Records>, Status> {
        let who = callers::participant(&request)?;
        let commands = self.0.clone();
        Ok(Response::new(records(Place::START, move |place| {
            let (commands, who) = (commands.clone(), who.clone());
            async move {
                let (page, next) = commands.own_records(&who, place).await?;
                Ok((packed(&page), next))
            }
        })))
    }
}

fn packed(page: &Page) -> Vec<pb::ExportSubjectResponse> {
    match page {
        Page::Revisions(revisions) => revisions
            .iter()
            .map(|own| record(&convert::own_revision(own)))
            .collect(),
        Page::Approvals(kept) => kept
            .iter()
            .map(|kept| record(&convert::own_approval(kept)))
            .collect(),
    }
}
