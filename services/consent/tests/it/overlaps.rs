//! What overlaps: workers of export that build the same attempt, and persons that turn out to be one while others are
//! found to be, or while an attempt begins.

use std::sync::atomic::{AtomicBool, Ordering};

use platform::grpc::Code;
use proto::attendance::events::v1::MonthAnswer;
use proto::consent::v1::*;
use proto::errors::v1::ErrorReason;
use proto::types::v1::Recipient;
use support::eventually::eventually;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);
const ANOTHERS: Uuid = Uuid::from_u128(0x798);

/// Two approved months, of two who both consented.
async fn two_persons() -> World {
    let world = World::new().await;
    let placement = Uuid::from_u128(0x698);
    let month = month_report(ANOTHERS, placement, STRANGER, 1, MonthAnswer::Approved);
    world.hear(month).await;
    world.consent(&world.person(), Recipient::Esf).await;
    let stranger = world.stand.participant(STRANGER);
    world.consent(&stranger, Recipient::Esf).await;
    world
}

async fn assert_differs(world: &World, begun: Result<BeginSendingResponse, tonic::Status>) {
    let refused = refusal(begun);
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Precondition, ErrorReason::SendingRowsDiffer)
    );
    assert_eq!(world.stand.count_of("sendings").await, 0);
    assert_eq!(world.stand.count_of("disclosures").await, 0);
}

/// Does the work while the merge is applied and not committed yet: the work waits for it.
async fn while_merging<F: Future>(world: &World, merge: &HeardRecord, work: F) -> F::Output {
    let (applied, was_applied) = oneshot::channel();
    let (let_go, may_go) = oneshot::channel();
    let is_done = AtomicBool::new(false);
    let (merged, answer, ()) = tokio::join!(
        merge.apply_slowly(world.stand.database(), applied, may_go),
        async {
            was_applied.await.unwrap();
            let answer = work.await;
            is_done.store(true, Ordering::SeqCst);
            answer
        },
        async {
            eventually(DEADLINE, async || {
                is_done.load(Ordering::SeqCst) || world.stand.waiting().await == 1
            })
            .await;
            let_go.send(()).unwrap();
        },
    );
    merged.unwrap();
    answer
}

#[tokio::test]
async fn a_file_with_a_row_that_was_refused_to_another_worker_since_does_not_leave() {
    let world = two_persons().await;
    let rows = [(world.report, 1), (ANOTHERS, 1)];
    let first = world.authorise(PART, 1, &rows).await.unwrap();
    world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    let second = world.authorise(PART, 1, &rows).await.unwrap();
    let refusals = |judged: &[JudgedRow]| judged.iter().map(JudgedRow::refusal).collect::<Vec<_>>();
    assert_eq!(refusals(&first), [DisclosureRefusal::Unspecified; 2]);
    assert_eq!(
        refusals(&second),
        [DisclosureRefusal::Withdrawn, DisclosureRefusal::Unspecified]
    );

    let of_the_first = world.begin_with(PART, 1, &rows).await;

    assert_differs(&world, of_the_first).await;
    let of_the_second = world.begin_with(PART, 1, &rows[1..]).await.unwrap();
    assert!(of_the_second.valid_until.is_some());
    assert_eq!(world.stand.count_of("disclosures").await, 1);
}

#[tokio::test]
async fn no_row_enters_the_ledger_that_is_not_in_the_file() {
    let world = two_persons().await;
    world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    world.authorise(PART, 1, &[(ANOTHERS, 1)]).await.unwrap();

    let with_less = world.begin_with(PART, 1, &[(world.report, 1)]).await;

    assert_differs(&world, with_less).await;
    let another_revision = world
        .begin_with(PART, 1, &[(world.report, 2), (ANOTHERS, 1)])
        .await;
    assert_differs(&world, another_revision).await;
}

#[tokio::test]
async fn of_merges_at_the_same_time_none_misses_the_other() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let (middle, end) = (Uuid::from_u128(0x103), Uuid::from_u128(0x104));
    let database = world.stand.database();
    let next = merged(middle, end);

    let heard = Box::pin(while_merging(
        &world,
        &merged(PERSON, middle),
        next.apply(database),
    ))
    .await;

    heard.unwrap();
    for id in [middle, end] {
        let caller = world.stand.participant(id);
        assert_eq!(world.own_consents(&caller).await.len(), 1, "{id}");
    }
}

#[tokio::test]
async fn who_turns_out_to_have_withdrawn_under_another_id_while_an_attempt_begins_is_not_disclosed() {
    let world = two_persons().await;
    world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    world.stand.later(jiff::SignedDuration::from_secs(1));
    let stranger = world.stand.participant(STRANGER);
    world.withdraw(&stranger, Recipient::Esf).await.unwrap();

    let begun = while_merging(&world, &merged(STRANGER, PERSON), world.begin(PART, 1)).await;

    let refused = begun.unwrap().refused;
    assert_eq!(refused[0].refusal(), DisclosureRefusal::Withdrawn);
    assert_eq!(world.stand.count_of("disclosures").await, 0);
}

#[tokio::test]
async fn a_withdrawal_ends_the_consents_of_an_id_that_is_being_joined() {
    let world = two_persons().await;
    world.stand.later(jiff::SignedDuration::from_secs(1));
    let person = world.person();
    let withdrawing = world.withdraw(&person, Recipient::Esf);

    let withdrawn = while_merging(&world, &merged(STRANGER, PERSON), withdrawing).await;

    withdrawn.unwrap();
    let consents = world.own_consents(&person).await;
    assert_eq!(consents.len(), 2);
    assert!(consents.iter().all(|consent| consent.withdrawn_at.is_some()));
}

#[tokio::test]
async fn an_attempt_that_began_does_not_go_on_with_other_rows() {
    let world = two_persons().await;
    let rows = [(world.report, 1), (ANOTHERS, 1)];
    world.authorise(PART, 1, &rows).await.unwrap();
    let began = world.begin_with(PART, 1, &rows).await.unwrap();

    let with_less = world.begin_with(PART, 1, &rows[..1]).await;

    assert_eq!(refusal(with_less).reason(), ErrorReason::SendingRowsDiffer);
    assert_eq!(world.begin_with(PART, 1, &rows).await.unwrap(), began);
    assert_eq!(world.stand.count_of("disclosures").await, 2);
}

#[tokio::test]
async fn who_turns_out_to_consent_under_another_id_while_a_signature_is_completed_consents_once() {
    let world = World::new().await;
    let month = month_report(
        ANOTHERS,
        Uuid::from_u128(0x698),
        STRANGER,
        1,
        MonthAnswer::Approved,
    );
    world.hear(month).await;
    world
        .consent(&world.stand.participant(STRANGER), Recipient::Esf)
        .await;
    let person = world.person();
    let prepared = world.prepare(&person, Recipient::Esf).await.unwrap();
    world.stand.identity.sign(&prepared.signature_id);

    let completing = world.complete(&person, &prepared.signature_id);
    let completed = while_merging(&world, &merged(STRANGER, PERSON), completing).await;

    assert_eq!(completed.unwrap().outcome(), ConsentOutcome::AlreadyGiven);
    assert_eq!(world.stand.count_of("consents").await, 1);
}
