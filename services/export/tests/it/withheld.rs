//! Each reason for which a row is withheld, and that nothing of such a row leaves.

use export::events::on_organisation::OnOrganisation;
use proto::attendance::events::v1::MonthAnswer;
use proto::consent::v1::DisclosureRefusal;
use proto::export::v1::*;
use proto::participants::events::v1::PlacementStatus;
use proto::staff::events::v1::OrganisationState;
use proto::types::v1::Recipient;
use receivers_simulator::Recipient as Receiver;

use crate::stand::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_export_knows_withholds_with_its_reason() {
    let stand = Stand::new().await;
    stand.hear_of_many(1).await;
    let answered = [
        (MonthAnswer::Waiting, RunRowReason::NotAnswered),
        (MonthAnswer::Rejected, RunRowReason::Rejected),
        (MonthAnswer::Lapsed, RunRowReason::Lapsed),
    ];
    let mut expected = Vec::new();
    for (place, (answer, reason)) in answered.into_iter().enumerate() {
        let of = Participant(1 + place as u128);
        stand.hear_of_as(of, placement(of), report(of, answer)).await;
        expected.push((of, reason));
    }
    let (before, guarded, trainee, unfunded) =
        (Participant(5), Participant(6), Participant(7), Participant(8));
    let mut state = placement(before);
    state.status = PlacementStatus::InterruptedBeforeStart.into();
    stand
        .hear_of_as(before, state, report(before, MonthAnswer::Approved))
        .await;
    expected.push((before, RunRowReason::InterruptedBeforeStart));
    let mut state = placement(guarded);
    state.protected_identity = true;
    stand
        .hear_of_as(guarded, state, report(guarded, MonthAnswer::Approved))
        .await;
    expected.push((guarded, RunRowReason::ProtectedIdentity));
    let mut state = report(trainee, MonthAnswer::Approved);
    state.organisation_id = TRAINING.to_string();
    stand.hear_of_as(trainee, placement(trainee), state).await;
    expected.push((trainee, RunRowReason::Training));
    let mut state = report(unfunded, MonthAnswer::Approved);
    state.unit_id = UNFUNDED_UNIT.to_string();
    stand.hear_of_as(unfunded, placement(unfunded), state).await;
    expected.push((unfunded, RunRowReason::NotEsfFunded));

    let run = stand.run_through(Recipient::Esf).await;

    for (of, reason) in &expected {
        let row = stand.row(&run.run_id, *of).await;
        assert_eq!((row.outcome(), row.reason()), (RunRowOutcome::Withheld, *reason));
    }
    assert_eq!(stand.ever_arrived(Receiver::Esf), [Participant(0).number()]);
    let told = stand.consent.attempts();
    assert_eq!(
        told.values().next().unwrap().rows.len(),
        1,
        "consent is asked of no other row"
    );

    stand.run_through(Recipient::Scb).await;
    let mut arrived = stand.ever_arrived(Receiver::Scb);
    arrived.sort();
    let mut expected = [Participant(0).number(), unfunded.number()];
    expected.sort();
    assert_eq!(
        arrived, expected,
        "SCB is told of services that ESF does not fund"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_consent_refuses_is_withheld_with_its_reason() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(7).await;
    let refusals = [
        (DisclosureRefusal::NoConsent, RunRowReason::NoConsent),
        (DisclosureRefusal::Withdrawn, RunRowReason::ConsentWithdrawn),
        (DisclosureRefusal::NotCurrent, RunRowReason::NotCurrent),
        (DisclosureRefusal::NotAnswered, RunRowReason::NotAnswered),
        (DisclosureRefusal::Rejected, RunRowReason::Rejected),
        (DisclosureRefusal::Lapsed, RunRowReason::Lapsed),
    ];
    for (of, (refusal, _)) in participants.iter().zip(refusals) {
        stand.consent.refuse(of.report(), Recipient::Esf.into(), refusal);
    }

    let run = stand.run_through(Recipient::Esf).await;

    for (of, (_, reason)) in participants.iter().zip(refusals) {
        let row = stand.row(&run.run_id, *of).await;
        assert_eq!((row.outcome(), row.reason()), (RunRowOutcome::Withheld, reason));
    }
    assert_eq!(stand.ever_arrived(Receiver::Esf), [participants[6].number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_which_nothing_may_leave_is_never_sent() {
    let stand = Stand::new().await;
    let of = stand.hear_of_many(1).await[0];
    stand
        .consent
        .refuse(of.report(), Recipient::Esf.into(), DisclosureRefusal::NoConsent);

    let run = stand.run_through(Recipient::Esf).await;

    assert_eq!((run.parts, run.parts_ended), (1, 1));
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_withdrawn_after_it_was_sealed_is_taken_out_before_the_first_byte() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(3).await;
    stand
        .consent
        .withdraw_before_begin(participants[1].report(), Recipient::Esf.into());

    let run = stand.run_through(Recipient::Esf).await;

    let row = stand.row(&run.run_id, participants[1]).await;
    assert_eq!(
        (row.outcome(), row.reason()),
        (RunRowOutcome::Withheld, RunRowReason::ConsentWithdrawn)
    );
    assert!(
        !stand
            .ever_arrived(Receiver::Esf)
            .contains(&participants[1].number())
    );
    assert_eq!(stand.counted(Receiver::Esf).len(), 2);
    let attempts = &stand.parts(&run.run_id).await[0].attempts;
    assert_eq!(attempts[1].outcome(), AttemptOutcome::NotBegun);
    assert_eq!(attempts[1].problem, "rows_refused");
    assert_eq!(
        attempts[1].object_path, "",
        "the file of an abandoned attempt is deleted"
    );
    assert!(
        stand
            .folder
            .path()
            .join("store")
            .join(&attempts[0].object_path)
            .exists()
    );
    assert_eq!(files(&stand.folder.path().join("store")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whom_identity_does_not_know_is_taken_out() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    stand.identity.forget(participants[0].person());

    let run = stand.run_through(Recipient::Esf).await;

    let row = stand.row(&run.run_id, participants[0]).await;
    assert_eq!(
        (row.outcome(), row.reason()),
        (RunRowOutcome::Withheld, RunRowReason::PersonUnknown)
    );
    assert_eq!(stand.counted(Receiver::Esf).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_which_too_little_was_heard_waits_for_the_next_run() {
    let stand = Stand::new().await;
    let of = stand.hear_of_many(1).await[0];
    stand
        .hear(export::events::on_placement::OnPlacement, of.placement(), None)
        .await;
    let run = stand.run_through(Recipient::Esf).await;
    let row = stand.row(&run.run_id, of).await;
    assert_eq!(
        (row.outcome(), row.reason()),
        (RunRowOutcome::Withheld, RunRowReason::NotCurrent)
    );

    stand.hear_of(of).await;
    let run = stand.run_through(Recipient::Esf).await;
    assert_eq!(
        stand.row(&run.run_id, of).await.outcome(),
        RunRowOutcome::Receipted
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_begins_to_train_while_a_run_is_held_sends_nothing() {
    let stand = Stand::new().await;
    let of = stand.hear_of_many(1).await[0];
    let run = stand.create(Recipient::Esf, RunStage::Authorise).await;
    stand.reaches(&run.run_id, RunStatus::Held).await;
    let state = OrganisationState {
        organisation_id: ORGANISATION.to_string(),
        training: true,
        ..Default::default()
    };
    stand.hear(OnOrganisation, ORGANISATION, Some(state)).await;

    stand
        .release(&run, RunStage::Authorise, RunStage::Unspecified)
        .await;
    stand.reaches(&run.run_id, RunStatus::Ended).await;

    assert_eq!(stand.row(&run.run_id, of).await.reason(), RunRowReason::Training);
    assert!(stand.receivers.deliveries(Receiver::Esf).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_corrected_while_its_part_is_held_before_sending_does_not_leave() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    let run = stand.create(Recipient::Esf, RunStage::Send).await;
    stand.reaches(&run.run_id, RunStatus::Held).await;
    let corrected = participants[0];
    let mut state = report(corrected, MonthAnswer::Approved);
    state.revisions.push(revision(2, MonthAnswer::Waiting));
    stand.hear_of_as(corrected, placement(corrected), state).await;

    stand.release(&run, RunStage::Send, RunStage::Unspecified).await;
    stand.reaches(&run.run_id, RunStatus::Ended).await;

    assert_eq!(
        stand.row(&run.run_id, corrected).await.reason(),
        RunRowReason::NotCurrent
    );
    assert_eq!(stand.ever_arrived(Receiver::Esf), [participants[1].number()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_consent_takes_for_somebody_elses_does_not_leave() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    stand
        .consent
        .allow(participants[0].report(), Participant(9).person());

    let run = stand.run_through(Recipient::Esf).await;

    let row = stand.row(&run.run_id, participants[0]).await;
    assert_eq!(
        (row.outcome(), row.reason()),
        (RunRowOutcome::Withheld, RunRowReason::NotCurrent)
    );
    assert_eq!(stand.ever_arrived(Receiver::Esf), [participants[1].number()]);
}

/// Files below a folder.
fn files(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}
