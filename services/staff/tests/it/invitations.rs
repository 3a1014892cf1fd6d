//! Invited colleagues: bound to a number, or confirmed by name.

use jiff::SignedDuration;
use platform::db::{Database, DbError};
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1::InvitationState;
use proto::policy::v1::Permission;
use proto::staff::v1::*;
use staff::domain::contact::BankIdName;
use staff::domain::ids::{AccountId, InvitationId};
use staff::store;
use support::eventually;
use support::people::PEOPLE;

use crate::stand::{Caller, DEADLINE, World, grant, invitation, refusal};

async fn invite(caller: &Caller, request: InviteColleagueRequest) -> Result<Account, tonic::Status> {
    let answer = caller
        .accounts()
        .invite_colleague(caller.request(request))
        .await?;
    Ok(answer.into_inner().account.unwrap())
}

/// The invitation once identity has it.
async fn link(world: &World, account: &Account) -> String {
    eventually(DEADLINE, || async {
        world.stand.identity.invitation_to(&account.account_id)
    })
    .await
    .0
}

async fn accept(caller: &Caller, account: &Account, invitation_id: &str) -> Result<Account, tonic::Status> {
    let request = AcceptInvitationRequest {
        account_id: account.account_id.clone(),
        invitation_id: invitation_id.to_owned(),
    };
    Ok(caller
        .accounts()
        .accept_invitation(caller.request(request))
        .await?
        .into_inner()
        .account
        .unwrap())
}

async fn confirm(caller: &Caller, account: &Account) -> Result<Account, tonic::Status> {
    let request = caller.request(ConfirmAccountRequest {
        account_id: account.account_id.clone(),
    });
    Ok(caller
        .accounts()
        .confirm_account(request)
        .await?
        .into_inner()
        .account
        .unwrap())
}

#[tokio::test]
async fn a_colleague_invited_by_number_is_in_with_their_bankid() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let invited = invite(&administrator, invitation(&world.first, 2)).await.unwrap();
    assert_eq!(invited.state(), AccountState::Invited);
    assert!(!world.stand.last_record(&invited.account_id).await.active);
    let link = link(&world, &invited).await;
    let account = accept(&world.person(2), &invited, &link).await.unwrap();
    assert_eq!(account.state(), AccountState::Active);
    let record = world.stand.last_record(&invited.account_id).await;
    assert!(record.active && record.scope[0].all_offices);
    assert!(
        accept(&world.person(2), &invited, &link).await.is_ok(),
        "again changes nothing"
    );
}

#[tokio::test]
async fn another_person_or_another_link_does_not_get_in() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let invited = invite(&administrator, invitation(&world.first, 2)).await.unwrap();
    let link = link(&world, &invited).await;
    let wrong = refusal(accept(&world.person(3), &invited, &link).await);
    assert_eq!(wrong.reason(), ErrorReason::WrongPerson);
    assert_eq!(world.stand.audited("staff.refuse_invitation").await, 1);
    let foreign = refusal(accept(&world.person(2), &invited, &invited.account_id).await);
    assert_eq!(foreign.code(), Code::NotFound);
    world.stand.clock.advance(SignedDuration::from_hours(24 * 14));
    let late = refusal(accept(&world.person(2), &invited, &link).await);
    assert_eq!(late.reason(), ErrorReason::LinkExpired);
}

#[tokio::test]
async fn without_a_number_an_administrator_confirms_the_bankid_name() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let request = InviteColleagueRequest {
        personal_number: String::new(),
        ..invitation(&world.first, 2)
    };
    let invited = invite(&administrator, request).await.unwrap();
    let person = world.stand.identity.person(PEOPLE[2].number);
    world
        .stand
        .identity
        .tell_name(person, PEOPLE[2].given_name, PEOPLE[2].surname);
    assert_eq!(
        refusal(confirm(&administrator, &invited).await).reason(),
        ErrorReason::AccountNotWaiting
    );

    let link = link(&world, &invited).await;
    let waiting = accept(&world.person(2), &invited, &link).await.unwrap();
    assert_eq!(waiting.state(), AccountState::WaitingForConfirmation);
    assert!(!world.stand.last_record(&invited.account_id).await.active);
    let late = refusal(accept(&world.person(3), &invited, &link).await);
    assert_eq!(late.reason(), ErrorReason::LinkUsed);

    let account = eventually(DEADLINE, || confirm(&administrator, &invited)).await;
    assert_eq!(
        (account.state(), account.bankid_name),
        (AccountState::Active, PEOPLE[2].full_name())
    );
    assert!(world.stand.last_record(&invited.account_id).await.active);
}

/// An account that waits for confirmation, of a colleague whom BankID tells to have the name.
async fn waiting(world: &World, administrator: &Caller, given_name: &str, surname: &str) -> Account {
    let request = InviteColleagueRequest {
        personal_number: String::new(),
        ..invitation(&world.first, 2)
    };
    let invited = invite(administrator, request).await.unwrap();
    let person = world.stand.identity.person(PEOPLE[2].number);
    world.stand.identity.tell_name(person, given_name, surname);
    let link = link(world, &invited).await;
    accept(&world.person(2), &invited, &link).await.unwrap()
}

#[tokio::test]
async fn a_name_is_kept_as_bankid_tells_it() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let surname = "Provström-".repeat(25);
    let waiting = waiting(&world, &administrator, "Skenart 1234567", &surname).await;
    let account = eventually(DEADLINE, || confirm(&administrator, &waiting)).await;
    assert_eq!(account.bankid_name, format!("Skenart 1234567 {surname}"));
}

#[tokio::test]
async fn a_name_that_cannot_be_kept_is_a_failure_somebody_sees() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let waiting = waiting(&world, &administrator, "Sken\u{7}art", "Provström").await;
    gave_up(&world).await;
    let refusal = refusal(confirm(&administrator, &waiting).await);
    assert_eq!(refusal.code(), Code::Unavailable);
}

#[tokio::test]
async fn what_identity_refuses_for_good_is_given_up_and_the_account_stays() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    world.stand.identity.refuse_invitations();
    let invited = invite(&administrator, invitation(&world.first, 2)).await.unwrap();
    gave_up(&world).await;
    assert_eq!(world.stand.identity.invitation_to(&invited.account_id), None);
    assert_eq!(world.stand.count("accounts where state = 'invited'").await, 1);
}

/// Waits until a job was given up: an error in the log, and one more in the counter that calls somebody.
async fn gave_up(world: &World) {
    let given_up = "platform.jobs
        where kind = 'staff.tell_identity' and last_reason = 'refused' and gave_up_at is not null";
    eventually(DEADLINE, || async { world.stand.count(given_up).await == 1 }).await;
}

#[tokio::test]
async fn a_change_read_before_the_name_came_does_not_lose_it() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let waiting = waiting(&world, &administrator, "", "").await;
    let id = AccountId::parse(&waiting.account_id).unwrap();
    let database = &world.stand.running.parts().database;
    database
        .transaction("read_then_write", async |tx| {
            let read = store::accounts::find(tx, id).await?.unwrap();
            name_meanwhile(database, read.invitation.unwrap().id).await?;
            store::accounts::update(tx, &read, read.revision).await
        })
        .await
        .unwrap();
    let account = confirm(&administrator, &waiting).await.unwrap();
    assert_eq!(account.bankid_name, PEOPLE[2].full_name());
}

async fn name_meanwhile(database: &Database, invitation: InvitationId) -> Result<(), DbError> {
    let name = BankIdName::parse(&PEOPLE[2].full_name()).unwrap();
    let name = &name;
    database
        .transaction("name", async |tx| {
            let order = store::invitations::lock(tx, invitation).await?.unwrap();
            store::invitations::set_bankid_name(tx, &order, name).await
        })
        .await
}

#[tokio::test]
async fn a_person_has_one_account_in_an_organisation() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let own = refusal(invite(&administrator, invitation(&world.first, 1)).await);
    assert_eq!(own.reason(), ErrorReason::AccountExists);
    let request = InviteColleagueRequest {
        personal_number: String::new(),
        ..invitation(&world.first, 2)
    };
    let invited = invite(&administrator, request).await.unwrap();
    let link = link(&world, &invited).await;
    assert_eq!(
        refusal(accept(&world.person(1), &invited, &link).await).reason(),
        ErrorReason::AccountExists
    );
}

/// Invites with a changed request and expects one field to be refused, and nothing to be saved.
async fn refuses(path: &str, reason: ErrorReason, change: impl FnOnce(&World, &mut InviteColleagueRequest)) {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let mut request = invitation(&world.first, 2);
    change(&world, &mut request);
    let refusal = refusal(invite(&administrator, request).await);
    let violation = &refusal.violations()[0];
    assert_eq!((violation.path.as_str(), violation.reason), (path, reason));
    assert_eq!(world.stand.count("accounts where state = 'invited'").await, 0);
}

#[tokio::test]
async fn a_scope_lies_inside_the_organisation() {
    refuses("scope[0].unit_id", ErrorReason::UnitUnknown, |world, request| {
        request.scope = invitation(&world.other, 2).scope;
    })
    .await;
    refuses(
        "scope[0].office_ids[0]",
        ErrorReason::OfficeUnknown,
        |world, request| {
            request.scope[0].all_offices = false;
            request.scope[0].office_ids = vec![world.other.units[0].offices[0].office_id.clone()];
        },
    )
    .await;
    refuses("scope", ErrorReason::ScopeEmpty, |_, request| {
        request.scope.clear();
    })
    .await;
}

#[tokio::test]
async fn permissions_fit_the_organisation_and_each_other() {
    refuses("permissions", ErrorReason::FieldRequired, |_, request| {
        request.permissions.clear();
    })
    .await;
    refuses(
        "permissions[1].validity",
        ErrorReason::ValidityOverlaps,
        |_, request| {
            request.permissions = vec![grant(Permission::ReportAndPlan, None); 2];
        },
    )
    .await;
    refuses(
        "permissions[0].permission",
        ErrorReason::PermissionNotForKind,
        |_, request| {
            request.permissions = vec![grant(Permission::Operate, None)];
        },
    )
    .await;
}

#[tokio::test]
async fn name_contact_and_request_id_are_judged() {
    refuses("name", ErrorReason::FieldRequired, |_, request| {
        request.name.clear();
    })
    .await;
    refuses("mobile", ErrorReason::ContactPointMalformed, |_, request| {
        request.mobile = "0701740605".to_owned();
    })
    .await;
    refuses("request_id", ErrorReason::FieldMalformed, |_, request| {
        request.request_id = "x".to_owned();
    })
    .await;
}

#[tokio::test]
async fn the_same_request_invites_once() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let request = invitation(&world.first, 2);
    let first = invite(&administrator, request.clone()).await.unwrap();
    assert_eq!(invite(&administrator, request.clone()).await.unwrap(), first);
    let other = InviteColleagueRequest {
        name: "Någon Annan".to_owned(),
        ..request
    };
    assert_eq!(
        refusal(invite(&administrator, other).await).reason(),
        ErrorReason::RequestIdReused
    );
}

#[tokio::test]
async fn an_outage_of_identity_only_delays_the_invitation() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    world.stand.identity.set_away(true);
    let request = InviteColleagueRequest {
        personal_number: String::new(),
        ..invitation(&world.first, 2)
    };
    let invited = invite(&administrator, request).await.unwrap();
    eventually(DEADLINE, || async {
        world
            .stand
            .count("platform.jobs where kind = 'staff.tell_identity' and last_reason = 'identity'")
            .await
            >= 1
    })
    .await;
    world.stand.identity.set_away(false);
    world.stand.clock.advance(SignedDuration::from_mins(20));
    link(&world, &invited).await;
    eventually(DEADLINE, || async {
        world.stand.count("invitations where mobile is not null").await == 0
    })
    .await;
}

#[tokio::test]
async fn ending_an_invited_account_makes_its_link_void() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let invited = invite(&administrator, invitation(&world.first, 2)).await.unwrap();
    let link = link(&world, &invited).await;
    let request = administrator.request(EndAccountRequest {
        account_id: invited.account_id.clone(),
    });
    administrator.accounts().end_account(request).await.unwrap();
    eventually(DEADLINE, || async {
        world
            .stand
            .identity
            .invitation_to(&invited.account_id)
            .unwrap()
            .1
            .state
            == InvitationState::Cancelled
    })
    .await;
    assert_eq!(
        refusal(accept(&world.person(2), &invited, &link).await).reason(),
        ErrorReason::LinkExpired
    );
}
