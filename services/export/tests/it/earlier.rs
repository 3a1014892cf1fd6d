//! What is known of earlier attempts, and of attempts that consent knows nothing of, when a part goes on or ends.

use export::domain::ids::{PartId, RunId};
use export::domain::receipt::Sent;
use export::recipients::valve::Valve;
use export::steps::Next;
use proto::consent::v1::SendingOutcome;
use proto::errors::v1::ErrorReason;
use proto::export::events::v1::{DeliveredRow, RowOutcome};
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::settled::{blocked, let_the_window_pass, settle, settlement};
use crate::stand::*;

const DELIVERED: Option<SendingOutcome> = Some(SendingOutcome::Delivered);
const FAILED: Option<SendingOutcome> = Some(SendingOutcome::Failed);

/// A run of which the first attempt counts as failed, and arrives after all.
async fn arrives_late(stand: &Stand) -> (Run, RunId) {
    let (run, run_id) = stand.held(RunStage::Send, 2).await;
    let part = stand.part_of(&run).await;
    let worker = stand.fresh_worker();
    let late = worker.files.read(&part.attempts[0].object_path).await.unwrap();
    strike_once(stand, Effect::Down);
    stand.release(&run, RunStage::Send, RunStage::Receipt).await;
    work(stand, run_id).await.unwrap();
    assert_eq!(stand.consent.outcomes(), [FAILED]);

    let sent = Sent {
        part: part.part_id.parse().unwrap(),
        attempt: 1,
        sealed_hash: part.attempts[0].sealed_hash.to_vec().try_into().unwrap(),
        rows: std::collections::BTreeMap::new(),
    };
    let esf = export::domain::recipient::Recipient::Esf;
    let always = (std::time::Duration::from_secs(20), Valve::new(|| true));
    let esf = worker.recipients.get(esf).unwrap();
    esf.client.send(&sent, late, always).await;
    (run, run_id)
}

/// The second attempt does not arrive, and what the recipient says of it proves that the first one did.
async fn is_proven(stand: &Stand, run: &Run, run_id: RunId) {
    strike_once(stand, Effect::Cut { after: 100 });
    stand.tick();
    work(stand, run_id).await.unwrap();
    let_the_window_pass(stand);
    work(stand, run_id).await.unwrap();
    assert_eq!(stand.consent.outcomes()[..2], [DELIVERED, FAILED]);
    let attempts = stand.part_of(run).await.attempts;
    let first = attempts.iter().find(|it| it.attempt == 1).unwrap();
    assert_eq!(first.outcome(), AttemptOutcome::Delivered);
}

fn strike_once(stand: &Stand, effect: Effect) {
    let switch = Switch {
        effect,
        times: Some(1),
        ..Switch::default()
    };
    stand.receivers.set_switch(Receiver::Esf, switch);
}

/// The run is cancelled, its rows are receipted all the same, and no later run sends them.
async fn is_cancelled_with_what_arrived(stand: &Stand, run: &Run, run_id: RunId) {
    stand.cancel(run).await;
    stand.release(run, RunStage::Receipt, RunStage::Unspecified).await;
    for _ in 0..2 {
        work(stand, run_id).await.unwrap();
        stand.tick();
    }
    let cancelled = stand.get(&run.run_id).await;
    assert_eq!(cancelled.status(), RunStatus::Cancelled);
    let counts: Vec<_> = cancelled
        .counts
        .iter()
        .map(|it| (it.outcome(), it.rows))
        .collect();
    assert_eq!(counts, [(RunRowOutcome::Receipted, 2)]);
    let told = stand.deliveries().await.remove(0);
    let outcomes: Vec<_> = told.rows.iter().map(DeliveredRow::outcome).collect();
    assert_eq!(outcomes, [RowOutcome::Receipted; 2]);

    let next = stand.create(Recipient::Esf, RunStage::Unspecified).await;
    work(stand, next.run_id.parse().unwrap()).await.unwrap();
    assert!(stand.rows(&next.run_id).await.is_empty());
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_attempt_that_arrived_after_all_ends_as_delivered() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = arrives_late(&stand).await;

    is_proven(&stand, &run, run_id).await;

    stand
        .release(&run, RunStage::Receipt, RunStage::Unspecified)
        .await;
    for _ in 0..3 {
        stand.tick();
        work(&stand, run_id).await.unwrap();
    }
    assert_eq!(stand.consent.outcomes()[2], DELIVERED);
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_cancelled_after_an_earlier_attempt_proved_to_have_arrived_tells_its_rows_as_arrived() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = arrives_late(&stand).await;
    is_proven(&stand, &run, run_id).await;

    is_cancelled_with_what_arrived(&stand, &run, run_id).await;

    assert_eq!(stand.consent.outcomes(), [DELIVERED, FAILED]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_consent_alone_knows_to_have_arrived_is_told_so_in_a_cancelled_run_too() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = arrives_late(&stand).await;
    // A process hears that it arrived, tells consent, and dies.
    let part: PartId = stand.part_of(&run).await.part_id.parse().unwrap();
    let consent = stand.fresh_worker().consent;
    consent.end((part, 1), SendingOutcome::Delivered).await.unwrap();

    is_cancelled_with_what_arrived(&stand, &run, run_id).await;

    assert_eq!(stand.consent.outcomes(), [DELIVERED]);
    let first = stand.part_of(&run).await.attempts.pop().unwrap();
    assert_eq!((first.attempt, first.outcome()), (1, AttemptOutcome::Delivered));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_and_was_lost_there_is_left_to_the_next_run() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = arrives_late(&stand).await;
    is_proven(&stand, &run, run_id).await;
    stand.cancel(&run).await;
    work(&stand, run_id).await.unwrap();
    let part = stand.part_of(&run).await;
    assert_eq!((part.stage(), part.attempt), (RunStage::Receipt, 1));

    let mut request = settlement(&part.part_id, SettledOutcome::NotDelivered);
    request.reason = SettlementReason::LostByRecipient.into();
    settle(&stand.agency(), request).await.unwrap();
    stand
        .release(&run, RunStage::Receipt, RunStage::Unspecified)
        .await;
    work(&stand, run_id).await.unwrap();

    let cancelled = stand.get(&run.run_id).await;
    assert_eq!(cancelled.status(), RunStatus::Cancelled);
    assert_eq!(cancelled.counts[0].outcome(), RunRowOutcome::Cancelled);
    assert_eq!(stand.consent.outcomes(), [DELIVERED, FAILED]);
    let attempts = stand.part_of(&run).await.attempts;
    let second = attempts.iter().find(|it| it.attempt == 2).unwrap();
    assert_eq!(second.outcome(), AttemptOutcome::Failed);
    let next = stand.create(Recipient::Esf, RunStage::Authorise).await;
    work(&stand, next.run_id.parse().unwrap()).await.unwrap();
    assert_eq!(stand.rows(&next.run_id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_attempt_whose_outcome_is_known_is_not_settled() {
    let stand = Stand::by_hand().await;
    let (run, _) = arrives_late(&stand).await;
    note_problem(&stand, "sending_unsettled").await;
    sqlx::query("update parts set stage = 'begin'")
        .execute(stand.running.parts().database.pool())
        .await
        .unwrap();
    let_the_window_pass(&stand);

    let request = settlement(&stand.part_of(&run).await.part_id, SettledOutcome::Delivered);
    let refused = refusal(settle(&stand.agency(), request).await);
    assert_eq!(refused.reason(), ErrorReason::AttemptNothingToSettle);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_problem_of_an_attempt_goes_when_the_next_begins() {
    let stand = Stand::by_hand().await;
    let (run, _) = stand.held(RunStage::Send, 1).await;
    let part = stand.part_of(&run).await.part_id;
    // Consent knows better, and the part waits for that.
    let worker = stand.fresh_worker();
    let of = (part.parse().unwrap(), 1);
    worker.consent.end(of, SendingOutcome::Delivered).await.unwrap();
    note_problem(&stand, "outcome_known").await;
    stand.clock.advance(jiff::SignedDuration::from_mins(11));
    let mut request = settlement(&part, SettledOutcome::NotDelivered);
    request.reason = SettlementReason::LostByRecipient.into();
    settle(&stand.agency(), request.clone()).await.unwrap();
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;

    // Settled, authorised, sealed, begun.
    for _ in 0..4 {
        assert_eq!(worker.part_step(of.0).await.unwrap(), Next::Go);
    }

    let at = stand.part_of(&run).await;
    assert_eq!(
        (at.stage(), at.attempt, at.problem.as_str()),
        (RunStage::Send, 2, "")
    );
    stand.clock.advance(jiff::SignedDuration::from_mins(11));
    request.attempt = 2;
    let refused = refusal(settle(&stand.agency(), request).await);
    assert_eq!(refused.reason(), ErrorReason::AttemptNothingToSettle);
}

async fn note_problem(stand: &Stand, problem: &str) {
    sqlx::query("update parts set problem = $1, waits_until = '2026-03-02T08:00:00Z'")
        .bind(problem)
        .execute(stand.running.parts().database.pool())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_as_delivered_ends_although_consent_knows_no_such_sending() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = blocked(&stand, 1).await;
    let_the_window_pass(&stand);
    stand.consent.forget_attempts();

    let part = stand.part_of(&run).await.part_id;
    settle(&stand.agency(), settlement(&part, SettledOutcome::Delivered))
        .await
        .unwrap();
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    let row = stand.row(&run.run_id, Participant(0)).await;
    assert_eq!(row.outcome(), RunRowOutcome::Receipted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_as_absent_is_sent_again_although_consent_knows_no_such_sending() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = blocked(&stand, 1).await;
    let_the_window_pass(&stand);
    stand.consent.forget_attempts();

    let part = stand.part_of(&run).await.part_id;
    settle(&stand.agency(), settlement(&part, SettledOutcome::NotDelivered))
        .await
        .unwrap();
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    assert_eq!(stand.consent.outcomes(), [DELIVERED]);
    assert_eq!(stand.counted(Receiver::Esf).len(), 1);
}
