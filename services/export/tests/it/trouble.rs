//! What goes wrong between export and a recipient: each ends right, and is seen in the run.

use proto::consent::v1::SendingOutcome;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::stand::*;

/// A run through a switch that strikes once; answers the attempts of its one part, newest first.
async fn through(stand: &Stand, switch: Switch) -> Vec<PartAttempt> {
    stand.hear_of_many(3).await;
    stand.receivers.set_switch(Receiver::Esf, switch);
    let run = stand.run_through(Recipient::Esf).await;
    assert_eq!(stand.counted(Receiver::Esf).len(), 3, "every row counts once");
    assert_eq!(run.counts.len(), 1);
    assert_eq!(run.counts[0].outcome(), RunRowOutcome::Receipted);
    stand.parts(&run.run_id).await.remove(0).attempts
}

fn once(effect: Effect) -> Switch {
    Switch {
        effect,
        times: Some(1),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_that_is_down_is_tried_again_with_rows_authorised_anew() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::Down)).await;
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[1].outcome(), AttemptOutcome::Failed);
    assert_eq!(attempts[1].problem, "recipient_unreachable");
    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sending_that_is_cut_is_asked_after_and_then_sent_again() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::Cut { after: 100 })).await;
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[1].outcome(), AttemptOutcome::Failed);
    assert_eq!(attempts[0].outcome(), AttemptOutcome::Delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_and_nothing_is_sent_twice() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::LostAnswer)).await;
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0].outcome(), AttemptOutcome::Delivered);
    assert_eq!(attempts[0].problem, "answer_lost");
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_for_another_part_is_refused_and_seen() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::OtherPart)).await;
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0].problem, "receipt_for_another_part");
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_contradicts_itself_is_refused_and_seen() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::ContradictingReceipt)).await;
    assert_eq!(attempts[0].problem, "receipt_row_contradicts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_says_everything_twice_counts_once() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::DuplicateReceipt)).await;
    assert_eq!((attempts.len(), attempts[0].problem.as_str()), (1, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_500_is_asked_after_before_anything_is_sent_again() {
    let stand = Stand::new().await;
    let attempts = through(&stand, once(Effect::Broken)).await;
    assert_eq!(attempts[1].outcome(), AttemptOutcome::Failed);
    assert_eq!(stand.counted(Receiver::Esf).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_that_judges_later_is_asked_until_it_has() {
    let stand = Stand::new().await;
    let later = Switch {
        judge_after_questions: 2,
        ..Default::default()
    };
    let attempts = through(&stand, later).await;
    assert_eq!(attempts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_receipt_refuses_is_refused_with_its_code() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    let refuse = [(participants[0].number(), "NUMBER_UNKNOWN".to_owned())].into();
    stand.receivers.set_switch(
        Receiver::Esf,
        Switch {
            refuse,
            ..Default::default()
        },
    );

    let run = stand.run_through(Recipient::Esf).await;

    let row = stand.row(&run.run_id, participants[0]).await;
    assert_eq!(
        (row.outcome(), row.refusal_code.as_str()),
        (RunRowOutcome::Refused, "NUMBER_UNKNOWN")
    );
    assert_eq!(
        stand.row(&run.run_id, participants[1]).await.outcome(),
        RunRowOutcome::Receipted
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_withdrawn_while_the_recipient_is_down_never_arrives() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    stand.receivers.set_switch(
        Receiver::Esf,
        Switch {
            effect: Effect::Down,
            ..Default::default()
        },
    );
    let run = stand.create(Recipient::Esf, RunStage::Unspecified).await;
    support::eventually(DEADLINE, async || {
        let run = stand.get(&run.run_id).await;
        (run.problem == "recipient_unreachable" && run.parts_waiting == 1).then_some(())
    })
    .await;

    let withdrawn = proto::consent::v1::DisclosureRefusal::Withdrawn;
    stand
        .consent
        .refuse(participants[0].report(), Recipient::Esf.into(), withdrawn);
    stand.receivers.set_switch(Receiver::Esf, Switch::default());
    let staff = stand.staff(RUNS_EXPORTS);
    let request = staff.request(RetryRunRequest {
        run_id: run.run_id.clone(),
    });
    staff.runs().retry_run(request).await.unwrap();
    stand.reaches(&run.run_id, RunStatus::Ended).await;

    assert_eq!(stand.ever_arrived(Receiver::Esf), [participants[1].number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_or_identity_away_is_waited_for_and_seen() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    stand.consent.set_away(true);
    let run = stand.create(Recipient::Esf, RunStage::Unspecified).await;
    shows(&stand, &run, "consent_unavailable").await;
    stand.identity.set_away(true);
    stand.consent.set_away(false);
    shows(&stand, &run, "identity_unavailable").await;
    stand.identity.set_away(false);

    stand.reaches(&run.run_id, RunStatus::Ended).await;
    assert_eq!(stand.counted(Receiver::Esf).len(), 1);
}

async fn shows(stand: &Stand, run: &Run, problem: &str) {
    support::eventually(DEADLINE, async || {
        stand.tick();
        let run = stand.get(&run.run_id).await;
        (run.problem == problem).then_some(())
    })
    .await;
}
