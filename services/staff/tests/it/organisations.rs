//! Who sees what of the register.

use platform::auth::token::ClientKind;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::staff::v1::*;
use uuid::Uuid;

use crate::stand::{Caller, World, refusal};

async fn get(caller: &Caller, organisation: &Organisation) -> Result<Organisation, tonic::Status> {
    let organisation_id = organisation.organisation_id.clone();
    let request = caller.request(GetOrganisationRequest { organisation_id });
    Ok(caller
        .register()
        .get_organisation(request)
        .await?
        .into_inner()
        .organisation
        .unwrap())
}

fn supplier(world: &World, organisation: &Organisation) -> Caller {
    world.stand.machine(
        ClientKind::Supplier,
        organisation.organisation_id.parse::<Uuid>().unwrap(),
    )
}

#[tokio::test]
async fn staff_and_machines_see_their_own_organisation() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    for caller in [
        administrator,
        supplier(&world, &world.first),
        world.agency.clone(),
    ] {
        assert_eq!(get(&caller, &world.first).await.unwrap().name, "Provbolaget AB");
    }
}

#[tokio::test]
async fn another_organisation_does_not_exist_for_them() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    for caller in [administrator, supplier(&world, &world.first)] {
        let refusal = refusal(get(&caller, &world.other).await);
        assert_eq!(
            (refusal.code(), refusal.reason()),
            (Code::NotFound, ErrorReason::NotFound)
        );
    }
}

#[tokio::test]
async fn the_register_is_listed_for_the_agency_alone() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let request = administrator.request(ListOrganisationsRequest::default());
    let refused = refusal(administrator.register().list_organisations(request).await);
    assert_eq!(refused.reason(), ErrorReason::PermissionMissing);
    let machine = supplier(&world, &world.first);
    let request = machine.request(ListOrganisationsRequest::default());
    let refused = refusal(machine.register().list_organisations(request).await);
    assert_eq!(refused.reason(), ErrorReason::CallerNotAllowed);
}

#[tokio::test]
async fn lists_come_in_pages_that_join() {
    let world = World::new().await;
    let mut names = Vec::new();
    let mut token = String::new();
    loop {
        let page = Some(proto::types::v1::PageRequest { size: 2, token });
        let request = world.agency.request(ListOrganisationsRequest { page });
        let answer = world
            .agency
            .register()
            .list_organisations(request)
            .await
            .unwrap()
            .into_inner();
        names.extend(
            answer
                .organisations
                .into_iter()
                .map(|organisation| organisation.name),
        );
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["Arbetsförmedlingen", "Grannbolaget AB", "Provbolaget AB"]);
}
