//! `SubjectService`: everything that consent holds of the person who asks.

use platform::db::Database;
use platform::grpc::Rejection;
use platform::subject::{Holdings, RecordPage, record};
use proto::subject::v1::ExportSubjectRequest;
use tonic::Request;

use super::{callers, convert};
use crate::domain::ids::Who;
use crate::queries::own_records::{self, Page, Place};

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Database);

#[tonic::async_trait]
impl Holdings for Subject {
    type Who = Who;
    type Place = Place;

    const START: Place = Place::START;

    fn who(request: &Request<ExportSubjectRequest>) -> Result<Who, Rejection> {
        callers::participant(request)
    }

    async fn page(&self, who: &Who, from: Place) -> Result<RecordPage<Place>, Rejection> {
        let (page, next) = own_records::page(&self.0, who, from).await?;
        let now = self.0.now();
        let records = match page {
            Page::Consents(own) => own.iter().map(|own| record(&convert::consent(own))).collect(),
            Page::Ungiven(prepared) => prepared
                .iter()
                .map(|(prepared, text)| record(&convert::ungiven(prepared, text)))
                .collect(),
            Page::Disclosures(rows) => rows
                .iter()
                .map(|row| record(&convert::disclosure(row, now)))
                .collect(),
        };
        Ok((records, next))
    }
}
