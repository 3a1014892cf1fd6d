//! What is known of earlier attempts, and of attempts that consent knows nothing of, when a part goes on or ends.

use export::domain::ids::RunId;
use export::domain::receipt::Sent;
use export::recipients::valve::Valve;
use export::steps::Next;
use proto::consent::v1::SendingOutcome;
use proto::errors::v1::ErrorReason;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::resume::work;
use crate::settled::{blocked, let_the_window_pass, part_of, settle, settlement};
use crate::stand::*;

const DELIVERED: Option<SendingOutcome> = Some(SendingOutcome::Delivered);
const FAILED: Option<SendingOutcome> = Some(SendingOutcome::Failed);

/// A run of which the first attempt counts as failed, and arrives after all.
async fn arrives_late(stand: &Stand) -> (Run, RunId) {
    stand.hear_of_many(2).await;
    let run = stand.create(Recipient::Esf, RunStage::Send).await;
    let run_id: RunId = run.run_id.parse().unwrap();
    work(stand, run_id).await.unwrap();
    let part = part_of(stand, &run).await;
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
    let attempts = part_of(stand, run).await.attempts;
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
async fn an_earlier_attempt_whose_outcome_is_known_is_not_settled() {
    let stand = Stand::by_hand().await;
    let (run, _) = arrives_late(&stand).await;
    note_problem(&stand, "sending_unsettled").await;
    sqlx::query("update parts set stage = 'begin'")
        .execute(stand.running.parts().database.pool())
        .await
        .unwrap();
    let_the_window_pass(&stand);

    let request = settlement(&part_of(&stand, &run).await.part_id, SettledOutcome::Delivered);
    let refused = refusal(settle(&stand.agency(), request).await);
    assert_eq!(refused.reason(), ErrorReason::AttemptNothingToSettle);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_problem_of_an_attempt_goes_when_the_next_begins() {
    let stand = Stand::by_hand().await;
    stand.hear_of_many(1).await;
    let run = stand.create(Recipient::Esf, RunStage::Send).await;
    let run_id: RunId = run.run_id.parse().unwrap();
    work(&stand, run_id).await.unwrap();
    let part = part_of(&stand, &run).await.part_id;
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

    let at = part_of(&stand, &run).await;
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

    let part = part_of(&stand, &run).await.part_id;
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

    let part = part_of(&stand, &run).await.part_id;
    settle(&stand.agency(), settlement(&part, SettledOutcome::NotDelivered))
        .await
        .unwrap();
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    assert_eq!(stand.consent.outcomes(), [DELIVERED]);
    assert_eq!(stand.counted(Receiver::Esf).len(), 1);
}
