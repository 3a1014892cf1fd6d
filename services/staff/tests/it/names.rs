//! Names for the participant's pages.

use proto::errors::v1::ErrorReason;
use proto::policy::v1::Assurance;
use proto::staff::v1::name_service_client::NameServiceClient;
use proto::staff::v1::*;
use uuid::Uuid;

use crate::stand::{Caller, World, fresh_id, invitation, refusal};

async fn names(caller: &Caller, wanted: BatchGetNamesRequest) -> BatchGetNamesResponse {
    let mut client = NameServiceClient::new(caller.channel());
    let answer = client.batch_get_names(caller.request(wanted)).await;
    answer.unwrap().into_inner()
}

fn participant(world: &World) -> Caller {
    world
        .stand
        .participant(Uuid::from_u128(0xBEEF), Assurance::PasswordCode)
}

fn of(organisation: &Organisation) -> BatchGetNamesRequest {
    BatchGetNamesRequest {
        organisation_ids: vec![organisation.organisation_id.clone()],
        ..Default::default()
    }
}

/// The account, changed by its own administrator.
async fn hide(caller: &Caller, account: &Account) {
    let paths = ["work_phone", "work_email", "show_function_only"];
    let changed = Account {
        work_phone: "08-123 456".to_owned(),
        work_email: "work@example.org".to_owned(),
        show_function_only: true,
        ..account.clone()
    };
    let request = caller.request(UpdateAccountRequest {
        request_id: fresh_id(),
        account: Some(changed),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.map(str::to_owned).to_vec(),
        }),
    });
    let answer = caller.accounts().update_account(request).await.unwrap();
    assert!(answer.into_inner().account.unwrap().show_function_only);
}

#[tokio::test]
async fn a_participant_is_told_organisation_unit_offices_and_contact() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.first, 1).await;
    let unit = &world.first.units[0];

    let told = names(
        &participant(&world),
        BatchGetNamesRequest {
            unit_ids: vec![unit.unit_id.clone()],
            account_ids: vec![account.account_id.clone()],
            ..of(&world.first)
        },
    )
    .await;

    assert_eq!(told.organisations[0].name, "Provbolaget AB");
    assert_eq!(told.units[0].name, "Rusta Norr");
    assert_eq!(told.units[0].service_name, "Rusta och matcha");
    let offices = told.units[0].offices.iter();
    let offices: Vec<_> = offices
        .map(|it| (it.name.as_str(), it.street_address.as_str(), it.city.as_str()))
        .collect();
    assert_eq!(
        offices,
        [
            ("Kontor Ett", "Provgatan 1", "Stockholm"),
            ("Kontor Två", "Provgatan 2", "Stockholm")
        ]
    );
    assert_eq!(told.contacts[0].name, account.name);
    assert_eq!(told.contacts[0].function(), ContactFunction::Staff);
}

#[tokio::test]
async fn of_a_protected_employee_the_function_alone_is_told() {
    let world = World::new().await;
    let (administrator, account) = world.administrator(&world.first, 1).await;
    hide(&administrator, &account).await;
    let wanted = BatchGetNamesRequest {
        account_ids: vec![account.account_id.clone()],
        ..of(&world.first)
    };

    let told = names(&participant(&world), wanted).await;

    assert_eq!(
        told.contacts,
        [ContactName {
            account_id: account.account_id.clone(),
            organisation_id: world.first.organisation_id.clone(),
            function: ContactFunction::Staff.into(),
            ..Default::default()
        }]
    );
}

#[tokio::test]
async fn a_changed_phone_leaves_a_protected_employee_protected() {
    let world = World::new().await;
    let (administrator, account) = world.administrator(&world.first, 1).await;
    hide(&administrator, &account).await;
    let request = administrator.request(GetAccountRequest {
        account_id: account.account_id.clone(),
    });
    let read = administrator.accounts().get_account(request).await.unwrap();
    let changed = Account {
        work_phone: String::new(),
        show_function_only: false,
        ..read.into_inner().account.unwrap()
    };
    let request = administrator.request(UpdateAccountRequest {
        request_id: fresh_id(),
        account: Some(changed),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["work_phone".to_owned()],
        }),
    });
    let updated = administrator.accounts().update_account(request).await.unwrap();

    assert!(updated.into_inner().account.unwrap().show_function_only);
}

#[tokio::test]
async fn units_and_accounts_of_organisations_not_asked_for_are_left_out() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.other, 2).await;
    let wanted = BatchGetNamesRequest {
        unit_ids: vec![world.other.units[0].unit_id.clone()],
        account_ids: vec![account.account_id.clone()],
        ..of(&world.first)
    };

    let told = names(&participant(&world), wanted.clone()).await;
    assert!(told.units.is_empty() && told.contacts.is_empty());
    let both = BatchGetNamesRequest {
        organisation_ids: [&world.other, &world.first, &world.other]
            .map(|it| it.organisation_id.clone())
            .to_vec(),
        ..wanted
    };
    let told = names(&participant(&world), both).await;

    let names: Vec<&str> = told.organisations.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Grannbolaget AB", "Provbolaget AB"]);
    assert_eq!((told.units.len(), told.contacts.len()), (1, 1));
}

#[tokio::test]
async fn only_accounts_in_use_are_told_and_unknown_ids_are_left_out() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let request = administrator.request(invitation(&world.first, 2));
    let invited = administrator.accounts().invite_colleague(request).await.unwrap();
    let invited = invited.into_inner().account.unwrap();
    let wanted = BatchGetNamesRequest {
        unit_ids: vec![fresh_id()],
        account_ids: vec![invited.account_id, fresh_id()],
        organisation_ids: vec![world.first.organisation_id.clone(), fresh_id()],
    };

    let told = names(&participant(&world), wanted).await;

    assert_eq!(told.organisations.len(), 1);
    assert!(told.units.is_empty() && told.contacts.is_empty());
}

#[tokio::test]
async fn no_more_than_two_hundred_ids_are_taken_and_not_none() {
    let world = World::new().await;
    let caller = participant(&world);
    let many = |n: usize| -> Vec<String> { (0..n).map(|_| fresh_id()).collect() };
    let wanted = |organisations, units, accounts| BatchGetNamesRequest {
        organisation_ids: many(organisations),
        unit_ids: many(units),
        account_ids: many(accounts),
    };
    let refused = async |wanted: BatchGetNamesRequest| {
        let mut client = NameServiceClient::new(caller.channel());
        let refusal = refusal(client.batch_get_names(caller.request(wanted)).await);
        let violations = refusal.violations().iter();
        let told: Vec<_> = violations.map(|it| (it.path.clone(), it.reason)).collect();
        told
    };

    assert!(names(&caller, wanted(50, 50, 100)).await.contacts.is_empty());
    let too_long = |path: &str| vec![(path.to_owned(), ErrorReason::FieldTooLong)];
    assert_eq!(refused(wanted(50, 50, 101)).await, too_long("account_ids"));
    assert_eq!(refused(wanted(1, 200, 0)).await, too_long("unit_ids"));
    let required = vec![("organisation_ids".to_owned(), ErrorReason::FieldRequired)];
    assert_eq!(refused(wanted(0, 1, 1)).await, required);
    let malformed = BatchGetNamesRequest {
        organisation_ids: vec!["Provbolaget AB".to_owned()],
        ..Default::default()
    };
    assert_eq!(refused(malformed).await.len(), 1);
}

#[tokio::test]
async fn staff_do_not_ask_here() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    for caller in [administrator, world.agency.clone()] {
        let mut client = NameServiceClient::new(caller.channel());
        let answer = client.batch_get_names(caller.request(of(&world.first))).await;
        assert_eq!(refusal(answer).reason(), ErrorReason::CallerNotAllowed);
    }
}
