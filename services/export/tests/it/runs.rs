//! A run from the plan to the receipts.

use futures::StreamExt as _;
use proto::attendance::events::v1::MonthAnswer;
use proto::export::events::v1 as events;
use proto::export::v1::*;
use proto::types::v1::Recipient;
use receivers_simulator::Recipient as Receiver;

use crate::stand::*;

#[tokio::test(flavor = "multi_thread")]
async fn approved_months_arrive_at_the_recipient_and_are_receipted() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(3).await;

    let run = stand.run_through(Recipient::Esf).await;

    let arrived = stand.counted(Receiver::Esf);
    assert_eq!(arrived.len(), 3);
    for participant in &participants {
        assert_eq!(arrived[&participant.number()], (1, "40".to_owned()));
    }
    assert!(stand.counted(Receiver::Scb).is_empty());
    assert_eq!(run.counts.len(), 1);
    assert_eq!(run.counts[0].outcome(), RunRowOutcome::Receipted);
    assert_eq!(run.counts[0].rows, 3);
    assert_eq!(
        stand.consent.outcomes(),
        [Some(proto::consent::v1::SendingOutcome::Delivered)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_says_what_the_placement_and_unit_say() {
    let stand = Stand::new().await;
    stand.hear_of_organisations().await;
    let of = Participant(0);
    let mut broken_off = placement(of);
    broken_off.interrupted_on = Some(day(2026, 2, 17));
    stand
        .hear_of_as(of, broken_off, report(of, MonthAnswer::Approved))
        .await;

    stand.run_through(Recipient::Scb).await;

    let held = stand.receivers.rows(Receiver::Scb).unwrap().remove(0).row;
    assert_eq!(held.placement_start, "2026-01-05");
    assert_eq!(held.placement_end, "2026-02-16");
    assert_eq!(held.month, "2026-02");
    assert_eq!(held.ka_number, "10012345");
    assert_eq!(held.personal_number, of.number());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zero_month_is_a_row_with_no_hours() {
    let stand = Stand::new().await;
    stand.hear_of_organisations().await;
    let of = Participant(0);
    let mut zero = report(of, MonthAnswer::Approved);
    zero.revisions[0].credited_minutes = 0;
    stand.hear_of_as(of, placement(of), zero).await;

    stand.run_through(Recipient::Esf).await;

    assert_eq!(stand.counted(Receiver::Esf)[&of.number()], (1, "0".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_takes_only_what_is_not_receipted_in_the_same_revision() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    stand.run_through(Recipient::Esf).await;
    let corrected = participants[1];
    let mut state = report(corrected, MonthAnswer::Approved);
    state.revisions.push(revision(2, MonthAnswer::Approved));
    stand.hear_of_as(corrected, placement(corrected), state).await;

    let run = stand.run_through(Recipient::Esf).await;

    let rows = stand.rows(&run.run_id).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (rows[0].month_report_id.clone(), rows[0].revision),
        (corrected.report().to_string(), 2)
    );
    assert_eq!(stand.ever_arrived(Receiver::Esf).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_anything_to_send_ends() {
    let stand = Stand::new().await;
    let run = stand.run_through(Recipient::Esf).await;
    assert_eq!((run.parts, run.counts.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_into_parts_of_at_most_ten_thousand() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    fill_month(&stand, 10_050).await;

    let run = stand.create(Recipient::Esf, RunStage::Authorise).await;
    let run = stand.reaches(&run.run_id, RunStatus::Held).await;

    assert_eq!(run.parts, 2);
    let sizes: Vec<i32> = stand
        .parts(&run.run_id)
        .await
        .iter()
        .map(|part| part.rows)
        .collect();
    assert_eq!(sizes, [10_000, 51]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_many_parts_arrives_whole() {
    const ROWS: i32 = 20_500;
    let stand = Stand::new().await;
    let of = stand.hear_of_many(1).await[0];
    stand.consent.allow_everything(of.person());
    fill_month(&stand, ROWS - 1).await;

    let run = stand.run_through(Recipient::Esf).await;

    assert_eq!((run.parts, run.counts[0].rows), (3, i64::from(ROWS)));
    assert_eq!(run.counts[0].outcome(), RunRowOutcome::Receipted);
    let rows = stand.receivers.rows(Receiver::Esf).unwrap();
    let reports: std::collections::BTreeSet<String> =
        rows.iter().map(|held| held.row.report_id.clone()).collect();
    assert_eq!((rows.len(), reports.len()), (20_500, 20_500));
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_written_out_again_say_the_same() {
    let stand = Stand::new().await;
    stand.hear_of_many(2).await;
    let rejected = Participant(5);
    let state = report(rejected, MonthAnswer::Rejected);
    stand.hear_of_as(rejected, placement(rejected), state).await;
    stand.run_through(Recipient::Esf).await;
    let before = stand.deliveries().await;

    let source = export::events::republish::sources().remove(0);
    let database = &stand.running.parts().database;
    let written = platform::operations::republish::republish(database, &*source)
        .await
        .unwrap();

    assert_eq!((written, before.len()), (2, 2));
    assert_eq!(stand.deliveries().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_shows_the_run_until_it_has_ended() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    let run = stand.create(Recipient::Esf, RunStage::Begin).await;
    let staff = stand.staff(RUNS_EXPORTS);
    let request = staff.request(WatchRunRequest {
        run_id: run.run_id.clone(),
    });
    let mut watched = staff.runs().watch_run(request).await.unwrap().into_inner();
    stand.reaches(&run.run_id, RunStatus::Held).await;
    stand.release(&run, RunStage::Begin, RunStage::Unspecified).await;

    let mut last = RunStatus::Unspecified;
    while let Some(shown) = watched.next().await {
        last = shown.unwrap().run.unwrap().status();
    }
    assert_eq!(last, RunStatus::Ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_told_with_the_outcome_of_each_row() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    stand.consent.refuse(
        participants[0].report(),
        Recipient::Esf.into(),
        proto::consent::v1::DisclosureRefusal::NoConsent,
    );
    let rejected = Participant(5);
    stand
        .hear_of_as(
            rejected,
            placement(rejected),
            report(rejected, MonthAnswer::Rejected),
        )
        .await;

    let run = stand.run_through(Recipient::Esf).await;

    let told = stand.deliveries().await;
    let part = told
        .iter()
        .find(|it| it.kind() == events::DeliveryKind::Part)
        .unwrap();
    assert_eq!((part.run_id.as_str(), part.attempts), (run.run_id.as_str(), 1));
    assert!(part.sent_at.is_some() && part.receipted_at.is_some());
    let outcomes: Vec<_> = part
        .rows
        .iter()
        .map(|row| (row.outcome(), row.reason()))
        .collect();
    let none = events::WithholdingReason::Unspecified;
    assert_eq!(
        outcomes,
        [
            (events::RowOutcome::Withheld, events::WithholdingReason::NoConsent),
            (events::RowOutcome::Receipted, none),
        ]
    );
    let withheld = told
        .iter()
        .find(|it| it.kind() == events::DeliveryKind::Withheld)
        .unwrap();
    assert_eq!(withheld.rows.len(), 1);
    assert_eq!(withheld.rows[0].reason(), events::WithholdingReason::Rejected);
}

/// Copies what is known of the first participant, for a month of many.
async fn fill_month(stand: &Stand, count: i32) {
    sqlx::query(
        "insert into month_reports
        select gen_random_uuid(), placement_id, person_id, organisation_id, unit_id, month_on, revision,
            credited_minutes, answer
        from month_reports, generate_series(1, $1)",
    )
    .bind(count)
    .execute(stand.running.parts().database.pool())
    .await
    .unwrap();
}
