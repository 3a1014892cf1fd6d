//! What is known of earlier attempts, and of attempts that consent knows nothing of, when a part goes on or ends.

use export::domain::ids::RunId;
use export::steps::Next;
use proto::consent::v1::SendingOutcome;
use proto::errors::v1::ErrorReason;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::Recipient as Receiver;

use crate::resume::work;
use crate::settled::{blocked, let_the_window_pass, part_of, settle, settlement};
use crate::stand::*;

const DELIVERED: Option<SendingOutcome> = Some(SendingOutcome::Delivered);

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
