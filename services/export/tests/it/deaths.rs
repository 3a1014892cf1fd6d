//! A worker that dies between two lines: after the part has moved and before consent was told. Whoever comes next has
//! consent know how the attempt ended.

use export::domain::ids::{PartId, RunId};
use jiff::SignedDuration;
use proto::consent::v1::SendingOutcome;
use proto::export::v1::*;
use receivers_simulator::Recipient as Receiver;

use crate::stand::*;

/// The worker of the part's next step dies when it is about to tell consent; the part has moved.
async fn dies_before_consent_is_told(stand: &Stand, run: &Run) {
    let part: PartId = stand.part_of(run).await.part_id.parse().unwrap();
    let held = stand.consent.hold_next(Call::End);
    let doomed = stand.fresh_worker();
    tokio::select! {
        lived = doomed.part_step(part) => panic!("consent was not told: {lived:?}"),
        () = held.arrived() => {}
    }
    let left = stand.part_of(run).await;
    assert_eq!((left.stage(), left.attempt), (RunStage::Authorise, 2));
    assert_eq!(stand.consent.outcomes(), [None]);
}

async fn goes_on(stand: &Stand, run_id: RunId) {
    for _ in 0..3 {
        work(stand, run_id).await.unwrap();
        stand.tick();
    }
}

const FAILED: Option<SendingOutcome> = Some(SendingOutcome::Failed);
const DELIVERED: Option<SendingOutcome> = Some(SendingOutcome::Delivered);

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_withheld_before_it_began_is_told_by_whoever_begins_the_next() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Begin, 2).await;
    stand.has_begun(&run).await;
    stand.protect_first().await;
    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.consent.outcomes(), [FAILED, DELIVERED]);
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_whose_time_passed_is_told_by_whoever_begins_the_next() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Begin, 2).await;
    stand.has_begun(&run).await;
    stand.clock.advance(SignedDuration::from_mins(11));
    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.consent.outcomes(), [FAILED, DELIVERED]);
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_withheld_before_its_first_byte_is_told_by_whoever_begins_the_next() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Send, 2).await;
    stand.protect_first().await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.consent.outcomes(), [FAILED, DELIVERED]);
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_is_told_although_no_row_is_left_for_a_next_one() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Send, 1).await;
    stand.protect_first().await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    assert_eq!(stand.consent.outcomes(), [FAILED]);
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_is_told_although_the_run_is_cancelled_before_a_next_one() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Send, 2).await;
    stand.protect_first().await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    stand.cancel(&run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Cancelled);
    assert_eq!(stand.consent.outcomes(), [FAILED]);
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}
