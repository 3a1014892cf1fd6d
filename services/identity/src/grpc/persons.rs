//! PersonService.

use futures::StreamExt as _;
use futures::stream::{BoxStream, iter};
use proto::identity::v1 as pb;
use proto::identity::v1::person_service_server::PersonService;
use tonic::{Request, Response, Status};

use super::{convert, service_of};
use crate::commands::register_persons::register_persons;
use crate::parts::{Parts, latest_day};
use crate::queries::resolve_persons::resolve_persons;
use crate::store::persons::Resolved;

/// Persons.
#[derive(Clone, Debug)]
pub struct Persons(pub Parts);

#[tonic::async_trait]
impl PersonService for Persons {
    type ResolvePersonsStream = BoxStream<'static, Result<pb::ResolvePersonsResponse, Status>>;

    async fn register_persons(
        &self,
        request: Request<pb::RegisterPersonsRequest>,
    ) -> Result<Response<pb::RegisterPersonsResponse>, Status> {
        let numbers = convert::numbers(&request.get_ref().numbers, latest_day(self.0.now()))?;
        let person_ids = register_persons(&self.0, &numbers).await?;
        let person_ids = person_ids.iter().map(ToString::to_string).collect();
        Ok(Response::new(pb::RegisterPersonsResponse { person_ids }))
    }

    async fn resolve_persons(
        &self,
        request: Request<pb::ResolvePersonsRequest>,
    ) -> Result<Response<Self::ResolvePersonsStream>, Status> {
        let service = service_of(&request)?;
        let (person_ids, purpose) = convert::resolve(request.get_ref())?;
        let resolved = resolve_persons(&self.0, &service, purpose, &person_ids).await?;
        Ok(Response::new(
            iter(resolved).map(|person| Ok(to_resolved(&person))).boxed(),
        ))
    }
}

fn to_resolved(person: &Resolved) -> pb::ResolvePersonsResponse {
    let name = person.name.clone();
    let (given_name, surname) = name
        .map(|name| (name.given_name, name.surname))
        .unwrap_or_default();
    pb::ResolvePersonsResponse {
        person_id: person.person_id.to_string(),
        number: person.number.to_string(),
        given_name,
        surname,
    }
}
