//! `SubjectService`: everything that consent holds of the person who asks.

use jiff::Timestamp;
use platform::db::Database;
use platform::subject::{Records, record, records};
use proto::subject::v1 as pb;
use proto::subject::v1::subject_service_server::SubjectService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::queries::own_records::{self, Page, Place};

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Database);

#[tonic::async_trait]
impl SubjectService for Subject {
    type ExportSubjectStream = Records;

    async fn export_subject(
        &self,
        request: Request<pb::ExportSubjectRequest>,
    ) -> Result<Response<Records>, Status> {
        let who = callers::participant(&request)?;
        let database = self.0.clone();
        Ok(Response::new(records(Place::START, move |place| {
            let (database, who) = (database.clone(), who.clone());
            async move {
                let (page, next) = own_records::page(&database, &who, place).await?;
                Ok((packed(&page, database.now()), next))
            }
        })))
    }
}

fn packed(page: &Page, now: Timestamp) -> Vec<pb::ExportSubjectResponse> {
    match page {
        Page::Consents(own) => own.iter().map(|own| record(&convert::consent(own))).collect(),
        Page::Ungiven(prepared) => prepared
            .iter()
            .map(|(prepared, text)| record(&convert::ungiven(prepared, text)))
            .collect(),
        Page::Disclosures(rows) => rows
            .iter()
            .map(|row| record(&convert::disclosure(row, now)))
            .collect(),
    }
}
