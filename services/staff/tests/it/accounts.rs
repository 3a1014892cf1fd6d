//! Accounts after they were made: who reads and changes them, and what is refused.

use jiff::SignedDuration;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::{Assurance, Permission};
use proto::staff::v1::*;
use support::people::PEOPLE;

use crate::stand::{Caller, World, day, fresh_id, grant, invitation, refusal};

async fn get(caller: &Caller, account_id: &str) -> Result<Account, tonic::Status> {
    let request = caller.request(GetAccountRequest {
        account_id: account_id.to_owned(),
    });
    Ok(caller
        .accounts()
        .get_account(request)
        .await?
        .into_inner()
        .account
        .unwrap())
}

async fn end(caller: &Caller, account_id: &str) -> Result<Account, tonic::Status> {
    let request = caller.request(EndAccountRequest {
        account_id: account_id.to_owned(),
    });
    Ok(caller
        .accounts()
        .end_account(request)
        .await?
        .into_inner()
        .account
        .unwrap())
}

async fn update(caller: &Caller, account: Account, paths: &[&str]) -> Result<Account, tonic::Status> {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    let request = UpdateAccountRequest {
        request_id: fresh_id(),
        account: Some(account),
        update_mask: Some(prost_types::FieldMask { paths }),
    };
    Ok(caller
        .accounts()
        .update_account(caller.request(request))
        .await?
        .into_inner()
        .account
        .unwrap())
}

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
async fn an_account_of_another_organisation_does_not_exist() {
    let world = World::new().await;
    let (mine, _) = world.administrator(&world.first, 1).await;
    let (_, theirs) = world.administrator(&world.other, 2).await;
    let confirm = mine.request(ConfirmAccountRequest {
        account_id: theirs.account_id.clone(),
    });
    let refusals = [
        refusal(get(&mine, &theirs.account_id).await),
        refusal(end(&mine, &theirs.account_id).await),
        refusal(update(&mine, theirs.clone(), &["name"]).await),
        refusal(mine.accounts().confirm_account(confirm).await),
    ];
    for refusal in refusals {
        assert_eq!(
            (refusal.code(), refusal.reason()),
            (Code::NotFound, ErrorReason::NotFound)
        );
    }
    let ids = vec![theirs.account_id.clone()];
    let batch = mine.request(BatchGetAccountsRequest { account_ids: ids });
    assert!(
        mine.accounts()
            .batch_get_accounts(batch)
            .await
            .unwrap()
            .into_inner()
            .accounts
            .is_empty()
    );
    assert_eq!(list(&mine, "").await.len(), 1);
}

#[tokio::test]
async fn nobody_acts_through_somebody_elses_account() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.first, 1).await;
    for account_id in [account.account_id, fresh_id()] {
        let thief = world.person(3).with(&account_id);
        assert_eq!(
            refusal(get(&thief, &account_id).await).reason(),
            ErrorReason::AccountUnknown
        );
    }
}

#[tokio::test]
async fn a_weak_sign_in_is_not_enough() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.first, 1).await;
    let person = world.stand.identity.person(PEOPLE[1].number);
    let weak = world
        .stand
        .signed_in_as(person, Vec::new(), Assurance::PasswordCode)
        .with(&account.account_id);
    assert_eq!(
        refusal(get(&weak, &account.account_id).await).reason(),
        ErrorReason::AssuranceTooLow
    );
}

#[tokio::test]
async fn a_change_takes_effect_with_the_next_call() {
    let world = World::new().await;
    let (first, _) = world.administrator(&world.first, 1).await;
    let (second, account) = world.administrator(&world.first, 2).await;
    assert!(get(&second, &account.account_id).await.is_ok());
    end(&first, &account.account_id).await.unwrap();
    let refused = refusal(get(&second, &account.account_id).await);
    assert_eq!(refused.reason(), ErrorReason::AccountUnknown);
    assert!(!world.stand.last_record(&account.account_id).await.active);
    assert_eq!(
        end(&first, &account.account_id).await.unwrap().state(),
        AccountState::Ended
    );
}

#[tokio::test]
async fn a_permission_ends_at_midnight_in_stockholm() {
    let world = World::new().await;
    let (first, _) = world.administrator(&world.first, 1).await;
    let (second, account) = world.administrator(&world.first, 2).await;
    let permissions = vec![grant(Permission::AdministerPermissions, Some(day(2026, 3, 2)))];
    let changed = Account {
        permissions,
        ..account.clone()
    };
    update(&first, changed, &["permissions"]).await.unwrap();
    assert!(get(&second, &account.account_id).await.is_ok());
    world.stand.clock.set("2026-03-02T23:00:00Z".parse().unwrap());
    let second = world.person(2).with(&account.account_id);
    assert_eq!(
        refusal(get(&second, &account.account_id).await).reason(),
        ErrorReason::PermissionMissing
    );
}

#[tokio::test]
async fn an_update_changes_what_the_mask_names_and_nothing_else() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let account = colleague(&world, &administrator, 2).await;
    let wanted = Account {
        name: "Ny Namnsson".to_owned(),
        work_email: "ny@example.org".to_owned(),
        ..account.clone()
    };
    let changed = update(&administrator, wanted, &["work_email"]).await.unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.work_email.as_str()),
        (account.name.as_str(), "ny@example.org")
    );
    assert_ne!(changed.etag, account.etag);
}

#[tokio::test]
async fn an_update_of_something_else_than_was_read_is_refused() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let account = colleague(&world, &administrator, 2).await;
    let first = Account {
        name: "Ett Namn".to_owned(),
        ..account.clone()
    };
    update(&administrator, first.clone(), &["name"]).await.unwrap();
    let second = refusal(update(&administrator, first, &["name"]).await);
    assert_eq!(
        (second.code(), second.reason()),
        (Code::Conflict, ErrorReason::EtagMismatch)
    );
    let blind = refusal(
        update(
            &administrator,
            Account {
                etag: String::new(),
                ..account
            },
            &["name"],
        )
        .await,
    );
    assert_eq!(blind.violations()[0].path, "account.etag");
}

#[tokio::test]
async fn a_wrong_mask_or_value_is_named() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let account = colleague(&world, &administrator, 2).await;
    let mask = refusal(update(&administrator, account.clone(), &["state"]).await);
    assert_eq!(mask.violations()[0].reason, ErrorReason::FieldMaskInvalid);
    let reversed = PermissionGrant {
        validity: Some(proto::types::v1::Validity {
            from: Some(day(2026, 2, 1)),
            to: Some(day(2026, 1, 1)),
        }),
        ..grant(Permission::ReportAndPlan, None)
    };
    let wrong = Account {
        permissions: vec![reversed],
        ..account
    };
    let refused = refusal(update(&administrator, wrong, &["permissions"]).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::ValidityReversed);
    assert_eq!(refused.violations()[0].path, "account.permissions[0].validity.to");
}

#[tokio::test]
async fn the_last_administrator_stays_also_in_time() {
    let world = World::new().await;
    let (administrator, account) = world.administrator(&world.first, 1).await;
    let refused = refusal(end(&administrator, &account.account_id).await);
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Precondition, ErrorReason::LastAdministrator)
    );
    let permissions = vec![grant(Permission::AdministerPermissions, Some(day(2027, 1, 1)))];
    let running_out = Account {
        permissions,
        ..account.clone()
    };
    let refused = refusal(update(&administrator, running_out, &["permissions"]).await);
    assert_eq!(refused.reason(), ErrorReason::LastAdministrator);
    let permissions = vec![grant(Permission::ReceiveParticipants, None)];
    let scope = invitation(&world.first, 1).scope;
    let without = Account {
        permissions,
        scope,
        ..account
    };
    let refused = refusal(update(&administrator, without, &["permissions", "scope"]).await);
    assert_eq!(refused.reason(), ErrorReason::LastAdministrator);
}

#[tokio::test]
async fn the_agency_may_end_the_last_administrator_but_not_its_own() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.first, 1).await;
    assert_eq!(
        end(&world.agency, &account.account_id).await.unwrap().state(),
        AccountState::Ended
    );
    let request = world.agency.request(ListMyAccountsRequest {});
    let own = world
        .agency
        .accounts()
        .list_my_accounts(request)
        .await
        .unwrap()
        .into_inner()
        .accounts;
    let own = own[0].account.clone().unwrap();
    assert_eq!(
        refusal(end(&world.agency, &own.account_id).await).reason(),
        ErrorReason::LastAdministrator
    );
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let world = World::new().await;
    let (administrator, account) = world.administrator(&world.first, 1).await;
    world.stand.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(
        refusal(get(&administrator, &account.account_id).await).reason(),
        ErrorReason::TokenExpired
    );
}
