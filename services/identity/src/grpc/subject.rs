//! `SubjectService`: everything that identity holds of the person who asks.

use platform::grpc::Rejection;
use platform::subject::{Holdings, RecordPage};
use proto::subject::v1::ExportSubjectRequest;
use tonic::Request;
use uuid::Uuid;

use super::encode::own::to_record;
use super::person_of;
use crate::domain::person::ids_of;
use crate::parts::Parts;
use crate::queries::own_records::{Place, page};

/// The adapter.
#[derive(Clone, Debug)]
pub struct Subject(pub Parts);

#[tonic::async_trait]
impl Holdings for Subject {
    type Who = Vec<Uuid>;
    type Place = Place;

    const START: Place = Place::Persons;

    fn who(request: &Request<ExportSubjectRequest>) -> Result<Vec<Uuid>, Rejection> {
        Ok(ids_of(&person_of(request)?))
    }

    async fn page(&self, person_ids: &Vec<Uuid>, from: Place) -> Result<RecordPage<Place>, Rejection> {
        let (page, next) = page(&self.0, person_ids, from).await?;
        Ok((page.iter().map(to_record).collect(), next))
    }
}
