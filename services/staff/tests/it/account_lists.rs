//! Lists of accounts: by name, one's own, and names for a page.

use proto::errors::v1::ErrorReason;
use proto::staff::v1::*;
use support::people::PEOPLE;
use uuid::Uuid;

use crate::stand::{Caller, World, invitation, refusal};

async fn list(caller: &Caller, name_contains: &str) -> Vec<Account> {
    let request = ListAccountsRequest {
        name_contains: name_contains.to_owned(),
        ..Default::default()
    };
    caller
        .accounts()
        .list_accounts(caller.request(request))
        .await
        .unwrap()
        .into_inner()
        .accounts
}

async fn colleague(world: &World, administrator: &Caller, person: usize) -> Account {
    let request = administrator.request(invitation(&world.first, person));
    administrator
        .accounts()
        .invite_colleague(request)
        .await
        .unwrap()
        .into_inner()
        .account
        .unwrap()
}

#[tokio::test]
async fn accounts_are_found_by_name_in_pages() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    for person in 2..6 {
        colleague(&world, &administrator, person).await;
    }
    let found = list(&administrator, &PEOPLE[3].surname.to_uppercase()).await;
    assert_eq!(
        found
            .iter()
            .map(|account| account.name.clone())
            .collect::<Vec<_>>(),
        [PEOPLE[3].full_name()]
    );
    let page = Some(proto::types::v1::PageRequest {
        size: 3,
        ..Default::default()
    });
    let request = ListAccountsRequest {
        page,
        ..Default::default()
    };
    let answer = administrator
        .accounts()
        .list_accounts(administrator.request(request))
        .await
        .unwrap()
        .into_inner();
    let token = answer.page.unwrap().next_token;
    let page = Some(proto::types::v1::PageRequest {
        size: 3,
        token: token.clone(),
    });
    let rest = ListAccountsRequest {
        page: page.clone(),
        ..Default::default()
    };
    let rest = administrator
        .accounts()
        .list_accounts(administrator.request(rest))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((answer.accounts.len(), rest.accounts.len()), (3, 2));
    let other = ListAccountsRequest {
        page,
        name_contains: "x".to_owned(),
        ..Default::default()
    };
    let refused = refusal(
        administrator
            .accounts()
            .list_accounts(administrator.request(other))
            .await,
    );
    assert_eq!(refused.violations()[0].reason, ErrorReason::PageTokenInvalid);
}

#[tokio::test]
async fn somebody_lists_their_own_accounts() {
    let world = World::new().await;
    world.administrator(&world.first, 1).await;
    world.administrator(&world.other, 1).await;
    let caller = world.person(1);
    let answer = caller
        .accounts()
        .list_my_accounts(caller.request(ListMyAccountsRequest {}))
        .await
        .unwrap();
    let mut names: Vec<String> = answer
        .into_inner()
        .accounts
        .into_iter()
        .map(|own| own.organisation_name)
        .collect();
    names.sort();
    assert_eq!(names, ["Grannbolaget AB", "Provbolaget AB"]);
}

#[tokio::test]
async fn a_batch_holds_one_to_two_hundred_ids() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let many = vec![Uuid::from_u128(1).to_string(); 201];
    for (account_ids, reason) in [
        (Vec::new(), ErrorReason::FieldRequired),
        (many, ErrorReason::FieldTooLong),
        (vec!["x".to_owned()], ErrorReason::FieldMalformed),
    ] {
        let request = administrator.request(BatchGetAccountsRequest { account_ids });
        let refused = refusal(administrator.accounts().batch_get_accounts(request).await);
        assert_eq!(refused.violations()[0].reason, reason);
    }
}
