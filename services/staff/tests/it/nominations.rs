//! Nominations: bound to the number they were made for.

use jiff::SignedDuration;
use platform::grpc::{Code, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1::{InvitationKind, InvitationState};
use proto::policy::v1::{Assurance, Permission};
use proto::staff::v1::*;
use support::eventually;
use support::people::PEOPLE;
use uuid::Uuid;

use crate::stand::{Caller, DEADLINE, World, fresh_id, nomination_of, refusal};

async fn accept(caller: &Caller, nomination: &Nomination) -> Result<Account, tonic::Status> {
    let request = caller.request(AcceptNominationRequest {
        nomination_id: nomination.nomination_id.clone(),
    });
    Ok(caller
        .nominations()
        .accept_nomination(request)
        .await?
        .into_inner()
        .account
        .unwrap())
}

async fn list(world: &World) -> Vec<Nomination> {
    let organisation_id = world.first.organisation_id.clone();
    let request = world.agency.request(ListNominationsRequest {
        organisation_id,
        page: None,
    });
    world
        .agency
        .nominations()
        .list_nominations(request)
        .await
        .unwrap()
        .into_inner()
        .nominations
}

async fn revoke(world: &World, nomination: &Nomination) -> Result<Nomination, tonic::Status> {
    let nomination_id = nomination.nomination_id.clone();
    let request = world.agency.request(RevokeNominationRequest { nomination_id });
    Ok(world
        .agency
        .nominations()
        .revoke_nomination(request)
        .await?
        .into_inner()
        .nomination
        .unwrap())
}

async fn nominate(
    world: &World,
    change: impl FnOnce(&mut NominateAdministratorRequest),
) -> Result<Nomination, Rejection> {
    let mut request = nomination_of(&world.first, 1);
    change(&mut request);
    let answer = world
        .agency
        .nominations()
        .nominate_administrator(world.agency.request(request))
        .await;
    answer
        .map(|answer| answer.into_inner().nomination.unwrap())
        .map_err(|status| Rejection::from_status(&status))
}

async fn invited_as(world: &World, nomination: &Nomination, state: InvitationState) {
    eventually(DEADLINE, || async {
        let (_, sent) = world.stand.identity.invitation_to(&nomination.nomination_id)?;
        (sent.kind == InvitationKind::Nomination && sent.state == state).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_nominee_becomes_administrator() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    invited_as(&world, &nomination, InvitationState::Sent).await;
    let account = accept(&world.person(1), &nomination).await.unwrap();
    assert_eq!(account.state(), AccountState::Active);
    assert_eq!(
        account.permissions[0].permission(),
        Permission::AdministerPermissions
    );
    let record = world.stand.last_record(&account.account_id).await;
    assert_eq!((record.active, record.grants.len()), (true, 1));
    assert_eq!(list(&world).await[0].account_id, Some(account.account_id));
    invited_as(&world, &nomination, InvitationState::Used).await;
}

#[tokio::test]
async fn accepting_again_gives_the_same_account() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    let first = accept(&world.person(1), &nomination).await.unwrap();
    world.stand.clock.advance(SignedDuration::from_hours(24 * 30));
    let again = accept(&world.person(1), &nomination).await.unwrap();
    assert_eq!(first.account_id, again.account_id);
}

#[tokio::test]
async fn an_alias_of_the_nominee_is_the_nominee() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    let nominee = world.stand.identity.person(PEOPLE[1].number);
    let alias = world
        .stand
        .signed_in_as(Uuid::from_u128(4711), vec![nominee], Assurance::Bankid);
    assert!(accept(&alias, &nomination).await.is_ok());
}

#[tokio::test]
async fn another_persons_bankid_is_refused_counted_and_noted() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    for attempts in 1..=2 {
        let refusal = refusal(accept(&world.person(2), &nomination).await);
        assert_eq!(
            (refusal.code(), refusal.reason()),
            (Code::Forbidden, ErrorReason::WrongPerson)
        );
        assert_eq!(list(&world).await[0].refused_attempts, attempts);
    }
    assert_eq!(world.stand.audited("staff.refuse_nomination").await, 2);
    assert!(
        accept(&world.person(1), &nomination).await.is_ok(),
        "the nominee can still accept"
    );
    let late = refusal(accept(&world.person(2), &nomination).await);
    assert_eq!(late.reason(), ErrorReason::WrongPerson);
}

#[tokio::test]
async fn an_expired_nomination_is_over() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    world.stand.clock.advance(SignedDuration::from_hours(24 * 14));
    let refusal = refusal(accept(&world.person(1), &nomination).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Precondition, ErrorReason::NominationEnded)
    );
}

#[tokio::test]
async fn a_revoked_nomination_is_over_and_its_link_void() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    invited_as(&world, &nomination, InvitationState::Sent).await;
    for _ in 0..2 {
        assert_eq!(
            revoke(&world, &nomination).await.unwrap().state(),
            NominationState::Revoked
        );
    }
    let refusal = refusal(accept(&world.person(1), &nomination).await);
    assert_eq!(refusal.reason(), ErrorReason::NominationEnded);
    invited_as(&world, &nomination, InvitationState::Cancelled).await;
}

#[tokio::test]
async fn an_accepted_nomination_is_not_revoked() {
    let world = World::new().await;
    let nomination = world.nominate(&world.first, 1).await;
    world.accept(&nomination, 1).await;
    assert_eq!(
        refusal(revoke(&world, &nomination).await).reason(),
        ErrorReason::NominationUsed
    );
}

#[tokio::test]
async fn an_unknown_nomination_does_not_exist() {
    let world = World::new().await;
    let nomination = Nomination {
        nomination_id: fresh_id(),
        ..Default::default()
    };
    assert_eq!(
        refusal(accept(&world.person(1), &nomination).await).code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn wrong_numbers_and_contacts_are_named_and_nothing_is_saved() {
    let world = World::new().await;
    for (number, reason) in [
        ("19571105-9816", ErrorReason::NumberCheckDigitWrong),
        ("19571305-9815", ErrorReason::NumberDateImpossible),
        ("5711059815", ErrorReason::NumberCenturyAmbiguous),
        ("556016-0680", ErrorReason::NumberMalformed),
        ("", ErrorReason::FieldRequired),
    ] {
        let refusal = nominate(&world, |request| request.personal_number = number.to_owned())
            .await
            .unwrap_err();
        let violation = &refusal.violations()[0];
        assert_eq!(
            (violation.path.as_str(), violation.reason),
            ("personal_number", reason)
        );
    }
    let refusal = nominate(&world, |request| request.email = "nowhere".to_owned())
        .await
        .unwrap_err();
    assert_eq!(refusal.violations()[0].reason, ErrorReason::ContactPointMalformed);
    assert_eq!(world.stand.count("nominations").await, 0);
}

#[tokio::test]
async fn a_number_that_identity_refuses_is_told_as_the_callers_field() {
    let world = World::new().await;
    world.stand.identity.refuse_number(PEOPLE[1].number);
    let refusal = nominate(&world, |_| ()).await.unwrap_err();
    assert_eq!(refusal.violations()[0].path, "personal_number");
}

#[tokio::test]
async fn nobody_is_registered_for_an_organisation_that_is_not_there() {
    let world = World::new().await;
    let refusal = nominate(&world, |request| request.organisation_id = fresh_id())
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), Code::NotFound);
    assert!(!world.stand.identity.has_person(PEOPLE[1].number));
}

#[tokio::test]
async fn the_agency_nominates_nobody_for_itself() {
    let world = World::new().await;
    let agency = world.agency_organisation.to_string();
    let refusal = nominate(&world, |request| request.organisation_id = agency)
        .await
        .unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Forbidden, ErrorReason::CallerNotAllowed)
    );
    assert!(!world.stand.identity.has_person(PEOPLE[1].number));
    assert_eq!(world.stand.count("nominations").await, 0);
}

#[tokio::test]
async fn without_identity_nothing_is_saved_and_the_same_request_succeeds_later() {
    let world = World::new().await;
    let request = nomination_of(&world.first, 1);
    world.stand.identity.set_away(true);
    let refused = nominate(&world, |it| *it = request.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert_eq!(world.stand.count("nominations").await, 0);
    world.stand.identity.set_away(false);
    let first = nominate(&world, |it| *it = request.clone()).await.unwrap();
    let again = nominate(&world, |it| *it = request.clone()).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(world.stand.count("nominations").await, 1);
}

#[tokio::test]
async fn a_second_nomination_goes_into_the_account_that_is_there() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.first, 1).await;
    let again = world.nominate(&world.first, 1).await;
    assert_eq!(world.accept(&again, 1).await.account_id, account.account_id);
    assert_eq!(world.stand.count("accounts where state = 'active'").await, 2);
}

#[tokio::test]
async fn an_organisation_cannot_nominate_for_itself() {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let request = administrator.request(nomination_of(&world.first, 2));
    let refusal = refusal(administrator.nominations().nominate_administrator(request).await);
    assert_eq!(refusal.reason(), ErrorReason::PermissionMissing);
}
