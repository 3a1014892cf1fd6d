//! The local command that makes the agency.

use proto::errors::v1::ErrorReason;
use staff::commands::create_agency::CreateAgency;
use staff::domain::contact::PersonName;
use support::people::PEOPLE;

use crate::stand::{Stand, World, number};

fn input(person: usize) -> CreateAgency {
    CreateAgency {
        organisation_name: "Arbetsförmedlingen".to_owned(),
        organisation_number: Some("202100-2114".parse_number()),
        person_name: PersonName::parse(&PEOPLE[person].full_name()).unwrap(),
        person_number: number(person),
    }
}

trait ParseNumber {
    fn parse_number(&self) -> staff::domain::number::OrganisationNumber;
}

impl ParseNumber for str {
    fn parse_number(&self) -> staff::domain::number::OrganisationNumber {
        staff::domain::number::OrganisationNumber::parse(self).unwrap()
    }
}

#[tokio::test]
async fn makes_the_agency_with_its_first_account_once() {
    let stand = Stand::new().await;
    let first = stand.commands().create_agency(&input(0)).await.unwrap();
    let again = stand.commands().create_agency(&input(0)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(stand.outbox("staff.organisation.v1").await.len(), 1);
    let record = stand.last_record(&first.account.to_string()).await;
    assert_eq!(record.grants.len(), 4);
    assert!(record.active);
}

#[tokio::test]
async fn adds_another_person_to_the_same_agency() {
    let stand = Stand::new().await;
    let first = stand.commands().create_agency(&input(0)).await.unwrap();
    let second = stand.commands().create_agency(&input(1)).await.unwrap();
    assert_eq!(first.organisation, second.organisation);
    assert_ne!(first.account, second.account);
}

#[tokio::test]
async fn without_identity_nothing_is_made() {
    let stand = Stand::new().await;
    stand.identity.set_away(true);
    let refused = stand.commands().create_agency(&input(0)).await;
    let rejection = platform::grpc::Rejection::from(refused.unwrap_err());
    assert_eq!(rejection.reason(), ErrorReason::Unavailable);
    assert_eq!(stand.count("organisations").await, 0);
}

#[tokio::test]
async fn its_account_may_use_the_register() {
    let world = World::with_agency().await;
    let listed = world
        .agency
        .register()
        .list_organisations(
            world
                .agency
                .request(proto::staff::v1::ListOrganisationsRequest::default()),
        )
        .await
        .unwrap();
    assert_eq!(listed.into_inner().organisations.len(), 1);
}
