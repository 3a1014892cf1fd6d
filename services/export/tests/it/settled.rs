//! What is known of an attempt in another way than by its own answer: settled by hand, or proven by a later answer. The
//! ledger of consent ends at the truth, and nothing blocks a month for ever.

use export::domain::ids::RunId;
use proto::consent::v1::SendingOutcome;
use proto::errors::v1::ErrorReason;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::{Effect, Recipient as Receiver, Switch};

use crate::stand::*;

/// A run whose one part was sent to a recipient whose receipts make no sense, again and again.
pub async fn blocked(stand: &Stand, rows: u128) -> (Run, RunId) {
    stand.hear_of_many(rows).await;
    let parrot = Parrot::start(&stand.authority, "{}").await;
    let worker = stand.worker_with(|esf| {
        esf.url.clone_from(&parrot.url);
        esf.ca_file = stand.authority.ca_file();
    });
    let run = stand.create(Recipient::Esf, RunStage::Unspecified).await;
    let run_id = run.run_id.parse().unwrap();
    for _ in 0..3 {
        work_with(&worker, run_id).await.unwrap();
        stand.tick();
    }
    let part = stand.part_of(&run).await;
    assert_eq!(part.problem, "receipt_malformed");
    assert_eq!(part.attempts[0].outcome(), AttemptOutcome::Unknown);
    (run, run_id)
}

pub fn settlement(part_id: &str, outcome: SettledOutcome) -> SettleAttemptRequest {
    SettleAttemptRequest {
        part_id: part_id.to_owned(),
        attempt: 1,
        outcome: outcome.into(),
        reason: SettlementReason::ReceiptFaulty.into(),
        refused: Vec::new(),
    }
}

pub async fn settle(caller: &Caller, request: SettleAttemptRequest) -> Result<Part, tonic::Status> {
    let answer = caller.runs().settle_attempt(caller.request(request)).await?;
    Ok(answer.into_inner().part.unwrap())
}

/// So late that no byte of what was sent can leave any more.
pub fn let_the_window_pass(stand: &Stand) {
    stand.clock.advance(jiff::SignedDuration::from_secs(20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_whose_receipts_never_make_sense_is_settled_row_by_row() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = blocked(&stand, 3).await;
    let unfinished = refusal(stand.try_create(Recipient::Esf, RunStage::Unspecified).await);
    assert_eq!(unfinished.reason(), ErrorReason::RunUnfinished);
    let_the_window_pass(&stand);

    let mut request = settlement(&stand.part_of(&run).await.part_id, SettledOutcome::Delivered);
    request.refused = vec![RefusedRow {
        month_report_id: Participant(0).report().to_string(),
        code: "NUMBER_UNKNOWN".to_owned(),
    }];
    settle(&stand.agency(), request).await.unwrap();
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    let refused = stand.row(&run.run_id, Participant(0)).await;
    assert_eq!(
        (refused.outcome(), refused.refusal_code.as_str()),
        (RunRowOutcome::Refused, "NUMBER_UNKNOWN")
    );
    let taken = stand.row(&run.run_id, Participant(1)).await;
    assert_eq!(taken.outcome(), RunRowOutcome::Receipted);
    assert_eq!(stand.consent.outcomes(), [Some(SendingOutcome::Delivered)]);
    let attempt = stand.part_of(&run).await.attempts.remove(0);
    assert_eq!(attempt.problem, "settled_by_hand");
    assert_eq!(
        attempt.settlement.unwrap().reason(),
        SettlementReason::ReceiptFaulty
    );
    // What the recipient refused may come again, what it took never does.
    stand.tick();
    let next = stand.create(Recipient::Esf, RunStage::Unspecified).await;
    work(&stand, next.run_id.parse().unwrap()).await.unwrap();
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(0).number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_settled_as_absent_is_authorised_anew_and_sent() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = blocked(&stand, 2).await;
    let_the_window_pass(&stand);
    let withdrawn = proto::consent::v1::DisclosureRefusal::Withdrawn;
    let gone = Participant(0);
    stand
        .consent
        .refuse(gone.report(), Recipient::Esf.into(), withdrawn);

    let request = settlement(&stand.part_of(&run).await.part_id, SettledOutcome::NotDelivered);
    settle(&stand.agency(), request).await.unwrap();
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(1).number()]);
    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_recipient_had_and_lost_is_sent_again_and_stays_told_as_delivered() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Receipt, 1).await;
    let_the_window_pass(&stand);

    let mut request = settlement(&stand.part_of(&run).await.part_id, SettledOutcome::NotDelivered);
    request.reason = SettlementReason::LostByRecipient.into();
    settle(&stand.agency(), request).await.unwrap();
    stand
        .release(&run, RunStage::Receipt, RunStage::Unspecified)
        .await;
    work(&stand, run_id).await.unwrap();

    assert_eq!(stand.get(&run.run_id).await.status(), RunStatus::Ended);
    let delivered = Some(SendingOutcome::Delivered);
    assert_eq!(stand.consent.outcomes(), [delivered, delivered]);
    assert_eq!(stand.receivers.deliveries(Receiver::Esf).len(), 2);
    let first = stand.part_of(&run).await.attempts.pop().unwrap();
    assert_eq!((first.attempt, first.outcome()), (1, AttemptOutcome::Delivered));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_settlement_again_changes_nothing_and_another_is_refused() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = blocked(&stand, 1).await;
    let part = stand.part_of(&run).await.part_id;
    let request = || settlement(&part, SettledOutcome::Delivered);
    let early = refusal(settle(&stand.agency(), request()).await);
    assert_eq!(early.reason(), ErrorReason::AttemptUnderWay);
    assert!(early.metadata().contains_key("until"));
    let_the_window_pass(&stand);

    settle(&stand.agency(), request()).await.unwrap();
    settle(&stand.staff(RUNS_EXPORTS), request()).await.unwrap();
    work(&stand, run_id).await.unwrap();
    let ended = stand.part_of(&run).await;
    assert_eq!(settle(&stand.agency(), request()).await.unwrap(), ended);

    let other = settlement(&part, SettledOutcome::NotDelivered);
    let refused = refusal(settle(&stand.agency(), other).await);
    assert_eq!(refused.reason(), ErrorReason::AttemptSettled);
    let lines: Vec<(String, String, serde_json::Value)> = sqlx::query_as(
        "select actor_kind, subject_id, details from platform.audit_lines where action = 'export.settle_attempt'",
    )
    .fetch_all(stand.running.parts().database.pool())
    .await
    .unwrap();
    let details = serde_json::json!({
        "attempt": 1, "outcome": "delivered", "reason": "receipt_faulty", "refused": 0,
    });
    assert_eq!(lines, [("client".to_owned(), part, details)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_left_or_is_known_is_not_settled() {
    let stand = Stand::by_hand().await;
    let (run, run_id) = stand.held(RunStage::Send, 1).await;
    let part = stand.part_of(&run).await.part_id;
    let nothing = async |request| {
        let refused = refusal(settle(&stand.agency(), request).await);
        assert_eq!(refused.reason(), ErrorReason::AttemptNothingToSettle);
    };
    nothing(settlement(&part, SettledOutcome::Delivered)).await;
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    work(&stand, run_id).await.unwrap();
    nothing(settlement(&part, SettledOutcome::NotDelivered)).await;
    let unknown = settlement(&fresh_id(), SettledOutcome::Delivered);
    assert_eq!(
        refusal(settle(&stand.agency(), unknown).await).reason(),
        ErrorReason::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_that_makes_no_sense_is_refused_field_by_field() {
    let stand = Stand::by_hand().await;
    let (run, _) = blocked(&stand, 1).await;
    let_the_window_pass(&stand);
    let part = stand.part_of(&run).await.part_id;
    let row = |report: uuid::Uuid, code: &str| RefusedRow {
        month_report_id: report.to_string(),
        code: code.to_owned(),
    };
    let (own, foreign) = (Participant(0).report(), Participant(7).report());
    let wrong = |change: &dyn Fn(&mut SettleAttemptRequest)| {
        let mut request = settlement(&part, SettledOutcome::Delivered);
        change(&mut request);
        request
    };
    let requests = [
        (
            wrong(&|it| it.part_id.clear()),
            "part_id",
            ErrorReason::FieldRequired,
        ),
        (wrong(&|it| it.attempt = 0), "attempt", ErrorReason::FieldRequired),
        (wrong(&|it| it.outcome = 0), "outcome", ErrorReason::FieldRequired),
        (
            wrong(&|it| it.reason = 99),
            "reason",
            ErrorReason::FieldUnknownValue,
        ),
        (
            wrong(&|it| it.refused = vec![row(own, "189001019802")]),
            "refused[0].code",
            ErrorReason::FieldMalformed,
        ),
        (
            wrong(&|it| it.refused = vec![row(own, "TWICE"), row(own, "TWICE")]),
            "refused[1].month_report_id",
            ErrorReason::FieldMalformed,
        ),
        (
            wrong(&|it| it.refused = vec![row(own, "OWN"), row(foreign, "FOREIGN")]),
            "refused[1].month_report_id",
            ErrorReason::FieldUnknownValue,
        ),
        (
            wrong(&|it| {
                it.outcome = SettledOutcome::NotDelivered.into();
                it.refused = vec![row(own, "GONE")];
            }),
            "refused",
            ErrorReason::FieldMalformed,
        ),
    ];
    for (request, path, reason) in requests {
        let refused = refusal(settle(&stand.agency(), request).await);
        let violation = &refused.violations()[0];
        assert_eq!((violation.path.as_str(), violation.reason), (path, reason));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_consent_holds_unsettled_is_named_and_settled_by_hand() {
    let stand = Stand::by_hand().await;
    let of = Participant(0);
    let (run, run_id) = stand.held(RunStage::Authorise, 1).await;
    let part = stand.part_of(&run).await.part_id;
    // Consent knows more than export, as after a restore.
    let worker = stand.fresh_worker();
    let row = export::store::rows::Planned {
        report: of.report().to_string().parse().unwrap(),
        revision: 1,
        person: of.person().to_string().parse().unwrap(),
    };
    let attempt = (part.parse().unwrap(), 1);
    let esf = export::domain::recipient::Recipient::Esf;
    worker.consent.authorise(attempt, esf, &[row]).await.unwrap();
    worker.consent.begin(attempt, [1; 32], [1; 32]).await.unwrap();
    stand
        .release(&run, RunStage::Authorise, RunStage::Unspecified)
        .await;
    for _ in 0..3 {
        work(&stand, run_id).await.unwrap();
        stand.tick();
    }

    assert_eq!(stand.get(&run.run_id).await.problem, "sending_unsettled");
    assert_eq!(stand.part_of(&run).await.problem, "sending_unsettled");
    assert_eq!(stand.row(&run.run_id, of).await.problem, "sending_unsettled");

    let mut request = settlement(&part, SettledOutcome::NotDelivered);
    request.reason = SettlementReason::RecordsDiffer.into();
    settle(&stand.agency(), request).await.unwrap();
    work(&stand, run_id).await.unwrap();
    assert_eq!(
        stand.consent.outcomes(),
        [Some(SendingOutcome::Failed), Some(SendingOutcome::Delivered)]
    );
    assert_eq!(stand.row(&run.run_id, of).await.problem, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_consent_knows_otherwise_is_named_and_settled_by_hand() {
    let stand = Stand::by_hand().await;
    let of = Participant(0);
    let (run, run_id) = stand.held(RunStage::Send, 1).await;
    let part = stand.part_of(&run).await.part_id;
    let attempt = (part.parse().unwrap(), 1);
    let worker = stand.fresh_worker();
    worker
        .consent
        .end(attempt, SendingOutcome::Delivered)
        .await
        .unwrap();
    let down = Switch {
        effect: Effect::Down,
        ..Switch::default()
    };
    stand.receivers.set_switch(Receiver::Esf, down);
    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    let told = work(&stand, run_id).await.unwrap_err();
    assert_eq!(told.to_string(), "there is a problem: outcome_known");
    let_the_window_pass(&stand);
    stand.receivers.set_switch(Receiver::Esf, Switch::default());

    let mut request = settlement(&part, SettledOutcome::NotDelivered);
    request.reason = SettlementReason::LostByRecipient.into();
    settle(&stand.agency(), request).await.unwrap();
    work(&stand, run_id).await.unwrap();

    let delivered = Some(SendingOutcome::Delivered);
    assert_eq!(stand.consent.outcomes(), [delivered, delivered]);
    assert_eq!(
        stand.row(&run.run_id, of).await.outcome(),
        RunRowOutcome::Receipted
    );
}
