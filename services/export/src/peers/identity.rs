//! Numbers of persons, for the sealed file and for nothing else.

use std::collections::HashMap;
use std::fmt;

use futures::StreamExt as _;
use platform::grpc::{ClientChannel, Rejection};
use proto::identity::v1 as pb;
use proto::identity::v1::person_service_client::PersonServiceClient;

use crate::domain::ids::PersonId;

/// Persons in one call at most.
pub const MOST_PERSONS: i64 = 1000;

/// Identity, as export needs it. Clones share the channel.
#[derive(Clone)]
pub struct Identity(PersonServiceClient<ClientChannel>);

/// Twelve digits that no output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalNumber(String);

impl Identity {
    pub fn new(channel: ClientChannel) -> Self {
        Self(PersonServiceClient::new(channel))
    }

    /// The numbers of those persons that identity knows.
    pub async fn numbers(
        &self,
        persons: &[PersonId],
    ) -> Result<HashMap<PersonId, PersonalNumber>, Rejection> {
        let request = pb::ResolvePersonsRequest {
            person_ids: persons.iter().map(ToString::to_string).collect(),
            purpose: "export_row".to_owned(),
        };
        let refused = |status: tonic::Status| Rejection::from_status(&status);
        let mut answers = self
            .0
            .clone()
            .resolve_persons(request)
            .await
            .map_err(refused)?
            .into_inner();
        let mut numbers = HashMap::with_capacity(persons.len());
        while let Some(person) = answers.next().await {
            let person = person.map_err(refused)?;
            if let (Ok(id), Some(number)) = (
                PersonId::parse(&person.person_id),
                PersonalNumber::parse(person.number),
            ) {
                numbers.insert(id, number);
            }
        }
        Ok(numbers)
    }
}

impl PersonalNumber {
    fn parse(text: String) -> Option<Self> {
        let is_number = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(Self(text))
    }

    /// The digits, for the sealed file.
    pub fn expose(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub fn for_test(text: &str) -> Self {
        Self::parse(text.to_owned()).unwrap()
    }
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonalNumber(hidden)")
    }
}
