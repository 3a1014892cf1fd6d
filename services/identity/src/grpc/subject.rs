//! SubjectService.

use futures::stream::{BoxStream, iter};
use futures::{StreamExt as _, TryStreamExt as _};
use proto::subject::v1 as pb;
use proto::subject::v1::subject_service_server::SubjectService;
use tonic::{Request, Response, Status};

use super::encode::own::to_record;
use super::person_of;
use crate::domain::person::ids_of;
use crate::parts::Parts;
use crate::queries::export_subject::{Record, export_subject};

/// A person's own export.
#[derive(Clone, Debug)]
pub struct Subjects(pub Parts);

#[tonic::async_trait]
impl SubjectService for Subjects {
    type ExportSubjectStream = BoxStream<'static, Result<pb::ExportSubjectResponse, Status>>;

    async fn export_subject(
        &self,
        request: Request<pb::ExportSubjectRequest>,
    ) -> Result<Response<Self::ExportSubjectStream>, Status> {
        let pages = export_subject(self.0.clone(), ids_of(&person_of(&request)?));
        let answers = pages
            .map_ok(|page| iter(page).map(|record| Ok(answer(&record))))
            .map_err(Status::from)
            .try_flatten();
        Ok(Response::new(answers.boxed()))
    }
}

fn answer(record: &Record) -> pb::ExportSubjectResponse {
    pb::ExportSubjectResponse {
        record: Some(to_record(record)),
    }
}
