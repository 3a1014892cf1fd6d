//! `SubjectService`: everything that export holds of the person who asks.

use platform::db::Database;
use platform::subject::{Records, record, records};
use proto::subject::v1 as pb;
use proto::subject::v1::subject_service_server::SubjectService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::queries::own_rows;
use crate::store::rows::own::Position;

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
        let persons = callers::participant(&request)?;
        let database = self.0.clone();
        let start: Option<Position> = None;
        Ok(Response::new(records(start, move |after| {
            let (database, persons) = (database.clone(), persons.clone());
            async move {
                let (rows, next) = own_rows::page(&database, &persons, after).await?;
                let packed = rows.iter().map(|row| record(&convert::own_row(row)));
                Ok((packed.collect(), next.map(Some)))
            }
        })))
    }
}
