//! `SubjectService`: everything that export holds of the person who asks.

use platform::db::Database;
use platform::grpc::Rejection;
use platform::subject::{Holdings, RecordPage, record};
use proto::subject::v1::ExportSubjectRequest;
use tonic::Request;

use super::{callers, convert};
use crate::domain::ids::PersonId;
use crate::queries::own_records;
use crate::store::rows::own::Position;

/// The adapter.
#[derive(Clone)]
pub struct Subject(pub Database);

#[tonic::async_trait]
impl Holdings for Subject {
    type Who = Vec<PersonId>;
    type Place = Option<Position>;

    const START: Option<Position> = None;

    fn who(request: &Request<ExportSubjectRequest>) -> Result<Vec<PersonId>, Rejection> {
        callers::participant(request)
    }

    async fn page(
        &self,
        persons: &Vec<PersonId>,
        after: Option<Position>,
    ) -> Result<RecordPage<Option<Position>>, Rejection> {
        let (rows, next) = own_records::page(&self.0, persons, after).await?;
        let records = rows.iter().map(|row| record(&convert::own_row(row)));
        Ok((records.collect(), next.map(Some)))
    }
}
