//! Holding a run before each stage, releasing it, retrying and cancelling.

use proto::consent::v1::SendingOutcome;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::stand::*;

const STAGES: [RunStage; 7] = [
    RunStage::Plan,
    RunStage::Build,
    RunStage::Authorise,
    RunStage::Seal,
    RunStage::Begin,
    RunStage::Send,
    RunStage::Receipt,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_held_before_each_stage_and_goes_on_when_released() {
    let stand = Stand::new().await;
    stand.hear_of_many(2).await;
    let run = stand.create(Recipient::Esf, RunStage::Plan).await;
    for (place, stage) in STAGES.into_iter().enumerate() {
        let held = stand.reaches(&run.run_id, RunStatus::Held).await;
        assert_eq!((held.stage(), held.hold_before()), (stage, stage));
        let has_left = stage == RunStage::Receipt;
        assert_eq!(
            stand.receivers.deliveries(Receiver::Esf).len(),
            usize::from(has_left)
        );
        let next = STAGES.get(place + 1).copied().unwrap_or_default();
        stand.release(&run, stage, next).await;
    }
    let ended = stand.reaches(&run.run_id, RunStatus::Ended).await;
    assert_eq!(ended.counts[0].rows, 2);
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sending_that_was_held_too_long_is_authorised_anew() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    let run = stand.create(Recipient::Esf, RunStage::Send).await;
    stand.reaches(&run.run_id, RunStatus::Held).await;

    stand.clock.advance(jiff::SignedDuration::from_mins(11));
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    stand.reaches(&run.run_id, RunStatus::Ended).await;

    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_twice_releases_once() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    let run = stand.create(Recipient::Esf, RunStage::Plan).await;
    stand.reaches(&run.run_id, RunStatus::Held).await;
    stand.release(&run, RunStage::Plan, RunStage::Begin).await;
    stand.release(&run, RunStage::Plan, RunStage::Unspecified).await;

    let held = stand.reaches(&run.run_id, RunStatus::Held).await;
    assert_eq!(held.hold_before(), RunStage::Begin);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_sends_nothing_and_leaves_its_rows_to_the_next() {
    let stand = Stand::new().await;
    let of = stand.hear_of_many(1).await[0];
    for stage in [
        RunStage::Plan,
        RunStage::Build,
        RunStage::Authorise,
        RunStage::Begin,
        RunStage::Send,
    ] {
        let run = stand.create(Recipient::Esf, stage).await;
        stand.reaches(&run.run_id, RunStatus::Held).await;
        cancel(&stand, &run).await;
        let run = stand.reaches(&run.run_id, RunStatus::Cancelled).await;
        let outcomes: Vec<_> = run.counts.iter().map(RowCount::outcome).collect();
        assert!(
            outcomes
                .iter()
                .all(|outcome| *outcome == RunRowOutcome::Cancelled),
            "{outcomes:?}"
        );
    }
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());

    let run = stand.run_through(Recipient::Esf).await;
    assert_eq!(
        stand.row(&run.run_id, of).await.outcome(),
        RunRowOutcome::Receipted
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_settles_what_is_unknown_first() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    let lost = Switch {
        effect: Effect::LostAnswer,
        times: Some(1),
        ..Default::default()
    };
    stand.receivers.set_switch(Receiver::Esf, lost);
    let run = stand.create(Recipient::Esf, RunStage::Receipt).await;
    stand.reaches(&run.run_id, RunStatus::Held).await;

    cancel(&stand, &run).await;
    stand
        .release(&run, RunStage::Receipt, RunStage::Unspecified)
        .await;
    let run = stand.reaches(&run.run_id, RunStatus::Cancelled).await;
    assert_eq!(
        run.counts[0].outcome(),
        RunRowOutcome::Receipted,
        "what left is receipted"
    );
}

async fn cancel(stand: &Stand, run: &Run) {
    let staff = stand.staff(RUNS_EXPORTS);
    let request = staff.request(CancelRunRequest {
        run_id: run.run_id.clone(),
    });
    staff.runs().cancel_run(request).await.unwrap();
}
