//! The rule over every state and order of events.

use super::*;
use crate::domain::samples::{at, hours, report, signature_id, submitted};

const BEFORE: &str = "2026-07-01T21:59:59Z";
const END: &str = "2026-07-01T22:00:00Z";
const AFTER: &str = "2026-07-01T22:01:30Z";

fn waiting() -> MonthReport {
    submitted(report(), &hours(&[(2, "WORKSHOP", 90)]), "2026-04-01T08:00:00Z")
}

fn corrected(report: MonthReport) -> MonthReport {
    submitted(report, &hours(&[(2, "WORKSHOP", 30)]), "2026-04-02T08:00:00Z")
}

fn signed(report: &MonthReport, started_at: &str, signed_at: &str) -> CompletedSignature {
    CompletedSignature {
        signature_id: signature_id(7),
        revision: 1,
        document_hash: report.revisions[0].content_hash,
        started_at: at(started_at),
        signed_at: at(signed_at),
    }
}

fn complete(report: MonthReport, started_at: &str, signed_at: &str) -> Decision {
    let signature = signed(&report, started_at, signed_at);
    report.complete_signature(&signature).1
}

fn kept(because: KeptBecause) -> Decision {
    Decision::KeptAsEvidence { because }
}

#[test]
fn a_signature_in_time_approves_as_of_its_completion() {
    let report = waiting();
    let signature = signed(&report, "2026-04-03T08:00:00Z", "2026-04-03T08:00:20Z");
    let (approved, decision) = report.complete_signature(&signature);
    let done = at("2026-04-03T08:00:20Z");
    assert_eq!(decision, Decision::Approves { at: done });
    let signature_id = signature.signature_id;
    assert_eq!(
        approved.last().unwrap().answer,
        Answer::Approved {
            at: done,
            signature_id
        }
    );
    assert_eq!(approved.complete_signature(&signature).1, Decision::AlreadyDone);
}

#[test]
fn begun_before_the_end_it_approves_even_if_completed_or_heard_of_after() {
    let approves = Decision::Approves { at: at(AFTER) };
    assert_eq!(complete(waiting(), BEFORE, AFTER), approves);
    let lapsed = waiting().lapse(at(END)).into_inner();
    assert_eq!(complete(lapsed, BEFORE, AFTER), approves);
}

#[test]
fn begun_at_or_after_the_end_it_is_kept() {
    assert_eq!(complete(waiting(), END, AFTER), kept(KeptBecause::BegunTooLate));
    let lapsed = waiting().lapse(at(AFTER)).into_inner();
    assert_eq!(complete(lapsed, END, AFTER), kept(KeptBecause::BegunTooLate));
}

#[test]
fn a_superseded_revision_is_never_approved() {
    // Begun before, completed before or after the correction: the correction decides.
    for signed_at in ["2026-04-02T07:59:59Z", "2026-04-02T08:00:10Z"] {
        let decision = complete(corrected(waiting()), "2026-04-02T07:59:00Z", signed_at);
        assert_eq!(decision, kept(KeptBecause::Superseded));
    }
}

#[test]
fn a_lapsed_revision_that_was_corrected_since_is_never_approved() {
    let lapsed = waiting().lapse(at(AFTER)).into_inner();
    let corrected = corrected(lapsed);
    assert_eq!(complete(corrected, BEFORE, AFTER), kept(KeptBecause::Superseded));
}

#[test]
fn an_answer_given_stands_against_a_later_signature() {
    let rejected = waiting()
        .reject(1, at("2026-04-03T08:00:00Z"))
        .unwrap()
        .into_inner();
    let decision = complete(rejected, "2026-04-03T07:59:59Z", "2026-04-03T08:00:10Z");
    assert_eq!(decision, kept(KeptBecause::Answered));
    let mut approved = waiting();
    let signature_id = signature_id(8);
    approved.revisions[0].answer = Answer::Approved {
        at: at(BEFORE),
        signature_id,
    };
    assert_eq!(complete(approved, BEFORE, BEFORE), kept(KeptBecause::Answered));
}

#[test]
fn what_was_signed_has_to_be_what_the_revision_says() {
    let report = waiting();
    let other = CompletedSignature {
        document_hash: ContentHash([0; 32]),
        ..signed(&report, BEFORE, BEFORE)
    };
    assert_eq!(
        report.clone().complete_signature(&other).1,
        kept(KeptBecause::OtherContent)
    );
    let unknown = CompletedSignature {
        revision: 5,
        ..signed(&report, BEFORE, BEFORE)
    };
    assert_eq!(
        report.complete_signature(&unknown).1,
        kept(KeptBecause::OtherContent)
    );
}

#[test]
fn whatever_is_kept_changes_nothing() {
    let report = corrected(waiting());
    let signature = signed(&report, BEFORE, BEFORE);
    assert_eq!(report.clone().complete_signature(&signature).0, report);
}
