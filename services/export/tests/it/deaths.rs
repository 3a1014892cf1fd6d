//! A worker that dies between two lines: after the part has moved and before consent was told. Whoever comes next has
//! consent know how the attempt ended.

use export::domain::ids::{PartId, RunId};
use export::events::on_placement::OnPlacement;
use jiff::SignedDuration;
use proto::consent::v1::SendingOutcome;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::Recipient as Receiver;

use crate::resume::work;
use crate::stand::*;

/// A run that is held before a stage.
async fn held_before(stand: &Stand, stage: RunStage, rows: u128) -> (Run, RunId) {
    stand.hear_of_many(rows).await;
    let run = stand.create(Recipient::Esf, stage).await;
    let run_id = run.run_id.parse().unwrap();
    work(stand, run_id).await.unwrap();
    (run, run_id)
}

/// A process has consent begin the attempt, and dies when it has its answer.
async fn has_begun(stand: &Stand, run: &Run) {
    let part = stand.parts(&run.run_id).await.remove(0);
    let hash = part.attempts[0].sealed_hash.to_vec().try_into().unwrap();
    let of = (part.part_id.parse().unwrap(), 1);
    let consent = stand.fresh_worker().consent;
    consent.begin(of, hash, [1; 32]).await.unwrap();
}

/// The first participant gets a protected identity.
async fn guard(stand: &Stand) {
    let of = Participant(0);
    let mut state = placement(of);
    state.protected_identity = true;
    stand.hear(OnPlacement, of.placement(), Some(state)).await;
}

/// The worker of the part's next step dies when it is about to tell consent; the part has moved.
async fn dies_before_consent_is_told(stand: &Stand, run: &Run) {
    let part: PartId = stand.parts(&run.run_id).await.remove(0).part_id.parse().unwrap();
    let held = stand.consent.hold_next(Call::End);
    let doomed = stand.fresh_worker();
    tokio::select! {
        lived = doomed.part_step(part) => panic!("consent was not told: {lived:?}"),
        () = held.arrived() => {}
    }
    let left = stand.parts(&run.run_id).await.remove(0);
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
    let (run, run_id) = held_before(&stand, RunStage::Begin, 2).await;
    has_begun(&stand, &run).await;
    guard(&stand).await;
    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.consent.outcomes(), [FAILED, DELIVERED]);
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_whose_time_passed_is_told_by_whoever_begins_the_next() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = held_before(&stand, RunStage::Begin, 2).await;
    has_begun(&stand, &run).await;
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
    let (run, run_id) = held_before(&stand, RunStage::Send, 2).await;
    guard(&stand).await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    goes_on(&stand, run_id).await;

    assert_eq!(stand.consent.outcomes(), [FAILED, DELIVERED]);
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_is_told_although_no_row_is_left_for_a_next_one() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = held_before(&stand, RunStage::Send, 1).await;
    guard(&stand).await;
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
    let (run, run_id) = held_before(&stand, RunStage::Send, 2).await;
    guard(&stand).await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;

    dies_before_consent_is_told(&stand, &run).await;
    let staff = stand.staff(RUNS_EXPORTS);
    let request = staff.request(CancelRunRequest {
        run_id: run.run_id.clone(),
    });
    staff.runs().cancel_run(request).await.unwrap();
    goes_on(&stand, run_id).await;

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Cancelled);
    assert_eq!(stand.consent.outcomes(), [FAILED]);
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}
