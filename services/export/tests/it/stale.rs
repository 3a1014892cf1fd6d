//! A worker that stood still and was overtaken: whatever it was about to do, it moves nothing and tells consent nothing
//! that is wrong.

use export::domain::ids::{PartId, RunId};
use export::steps::{Next, StepError};
use jiff::SignedDuration;
use proto::consent::v1::SendingOutcome;
use proto::export::v1::*;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::stand::*;

/// Whoever wants to move the part waits.
const PARTS: &str = "select from parts for update";

/// What the worker does that overtakes.
const BEGINS: &str = "with it as (update parts set stage = 'send')
    update attempts set begun_at = '2026-03-02T08:00:00Z', valid_until = '2026-03-02T08:10:00Z'";
const SENDS: &str =
    "with it as (update parts set stage = 'sending') update attempts set sending_at = begun_at";

/// A run of two rows that is held before a stage, with its part.
async fn held_with_part(stand: &Stand, before: RunStage) -> (Run, RunId, PartId) {
    let (run, run_id) = stand.held(before, 2).await;
    let part = stand.part_of(&run).await.part_id.parse().unwrap();
    (run, run_id, part)
}

async fn execute(connection: &mut sqlx::PgConnection, statement: &'static str) {
    sqlx::query(statement).execute(connection).await.unwrap();
}

/// Has the run go on until it has ended, and looks at what consent was told and who arrived.
async fn ends_without_the_first(stand: &Stand, run_id: RunId) {
    for _ in 0..12 {
        work(stand, run_id).await.unwrap();
        stand.tick();
    }
    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_question_to_begin_came_late_does_not_end_what_another_began() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Begin).await;
    stand.release(&run, RunStage::Begin, RunStage::Send).await;
    let held = stand.consent.hold_next(Call::Begin);
    let stale = stand.fresh_worker();

    let (late, ()) = tokio::join!(stale.part_step(part), async {
        held.arrived().await;
        work(&stand, run_id).await.unwrap();
        stand.clock.advance(SignedDuration::from_mins(11));
        held.let_in();
    });

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!(stand.consent.outcomes(), [None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_to_withhold_before_the_beginning_does_not_end_what_another_began() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Begin).await;
    stand.has_begun(&run).await;
    stand.protect_first().await;
    stand.release(&run, RunStage::Begin, RunStage::Send).await;
    let stale = stand.fresh_worker();

    let late = stand
        .overtake(Box::pin(stale.part_step(part)), PARTS, async |other| {
            execute(other, BEGINS).await;
        })
        .await;

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!(stand.consent.outcomes(), [None]);
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    ends_without_the_first(&stand, run_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_to_withhold_before_the_first_byte_does_not_end_what_another_sends() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Send).await;
    stand.protect_first().await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    let stale = stand.fresh_worker();

    let late = stand
        .overtake(Box::pin(stale.part_step(part)), PARTS, async |other| {
            execute(other, SENDS).await;
        })
        .await;

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!(stand.consent.outcomes(), [None]);
    ends_without_the_first(&stand, run_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_takes_an_attempt_for_late_does_not_end_what_another_sends() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Send).await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    let stale = stand.fresh_worker();
    // It has read where the part is, and looks next until when the attempt may leave.
    let lock = "lock table attempts in access exclusive mode";

    let late = stand
        .overtake(Box::pin(stale.part_step(part)), lock, async |other| {
            execute(other, SENDS).await;
            stand.clock.advance(SignedDuration::from_mins(11));
        })
        .await;

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!(stand.consent.outcomes(), [None]);
    for _ in 0..3 {
        work(&stand, run_id).await.unwrap();
        stand.tick();
    }
    let told = [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)];
    assert_eq!(stand.consent.outcomes(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_to_cancel_does_not_end_what_another_sends() {
    let stand = Stand::by_hand().await;
    let (run, _, part) = held_with_part(&stand, RunStage::Send).await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    let stale = stand.fresh_worker();
    let lock = "lock table runs in access exclusive mode";

    let late = stand
        .overtake(Box::pin(stale.part_step(part)), lock, async |other| {
            execute(other, SENDS).await;
            execute(other, "update runs set cancel_requested = true").await;
        })
        .await;

    // It asks what became of it, as anybody would.
    assert!(matches!(late, Ok(Next::Wait(_))), "{late:?}");
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Unknown)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_consent_lets_begin_after_the_run_was_cancelled_is_told_as_not_sent() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Begin).await;
    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;
    let held = stand.consent.hold_next(Call::Begin);
    let stale = stand.fresh_worker();

    let (late, ()) = tokio::join!(stale.part_step(part), async {
        held.arrived().await;
        stand.cancel(&run).await;
        work(&stand, run_id).await.unwrap();
        assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Cancelled);
        held.let_in();
    });

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Failed)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_once_the_run_was_cancelled() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Send).await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    let stale = stand.fresh_worker();

    let late = stand
        .overtake(Box::pin(stale.part_step(part)), PARTS, async |_| {
            stand.cancel(&run).await;
        })
        .await;

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!(stand.part_of(&run).await.stage(), RunStage::Send);
    assert_eq!(stand.consent.outcomes(), [None]);
    work(&stand, run_id).await.unwrap();
    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Cancelled);
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Failed)]);
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_an_attempt_stays_known_when_a_late_worker_does_not_know_it() {
    let stand = Stand::by_hand().await;
    let (run, run_id, part) = held_with_part(&stand, RunStage::Send).await;
    let lost = Switch {
        effect: Effect::LostAnswer,
        times: Some(1),
        ..Switch::default()
    };
    stand.receivers.set_switch(Receiver::Esf, lost);
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    let held = stand.consent.hold_next(Call::End);
    let stale = stand.fresh_worker();

    let (late, ()) = tokio::join!(stale.part_step(part), async {
        held.arrived().await;
        work(&stand, run_id).await.unwrap();
        held.let_in();
    });

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    let attempt = stand.part_of(&run).await.attempts.remove(0);
    assert_eq!(attempt.outcome(), AttemptOutcome::Delivered);
    assert!(attempt.ended_at.is_some());
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Delivered)]);
}

/// A worker that does not understand the receipt, and is overtaken by one that does; the run is held before the receipt.
async fn overtaken_by_the_receipt(stand: &Stand, then: impl FnOnce()) -> (Result<Next, StepError>, Part) {
    let (run, run_id, part) = held_with_part(stand, RunStage::Send).await;
    let other_part = Switch {
        effect: Effect::OtherPart,
        times: Some(1),
        ..Switch::default()
    };
    stand.receivers.set_switch(Receiver::Esf, other_part);
    stand.release(&run, RunStage::Send, RunStage::Receipt).await;
    let held = stand.consent.hold_next(Call::End);
    let stale = stand.fresh_worker();
    let (late, ()) = tokio::join!(stale.part_turn(part), async {
        held.arrived().await;
        work(stand, run_id).await.unwrap();
        then();
        held.let_in();
    });
    assert_eq!(stand.get(&run.run_id).await.parts_waiting, 0);
    (late, stand.part_of(&run).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_worker_that_cannot_ask_lets_no_part_wait_that_has_moved() {
    let stand = Stand::by_hand().await;
    let down = Switch {
        effect: Effect::Down,
        ..Switch::default()
    };

    let (late, part) =
        overtaken_by_the_receipt(&stand, || stand.receivers.set_switch(Receiver::Esf, down)).await;

    assert!(matches!(late, Err(StepError::Moved)), "{late:?}");
    assert_eq!((part.stage(), part.problem.as_str()), (RunStage::Receipt, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_worker_whom_consent_does_not_answer_lets_no_part_wait_that_has_moved() {
    let stand = Stand::by_hand().await;

    let (late, part) = overtaken_by_the_receipt(&stand, || stand.consent.set_away(true)).await;

    assert!(matches!(late, Ok(Next::Go)), "{late:?}");
    assert_eq!((part.stage(), part.problem.as_str()), (RunStage::Receipt, ""));
}
