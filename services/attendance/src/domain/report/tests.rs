//! The way of a month from draft to answer and through corrections.

use proptest::prelude::*;

use super::*;
use crate::domain::Outcome;
use crate::domain::rule_set::WindowFault;
use crate::domain::samples::{World, any_hours, at, hours, march, report, signature_id, submitted};

const FIRST: &str = "2026-04-01T08:00:00Z";
const SECOND: &str = "2026-05-04T08:00:00Z";

fn a_day() -> Hours {
    hours(&[(2, "WORKSHOP", 90)])
}

fn two_days() -> Hours {
    hours(&[(2, "WORKSHOP", 90), (3, "W2", 30)])
}

fn drafted(hours: Hours) -> MonthReport {
    report().save_draft(Etag(0), hours).unwrap().into_inner()
}

fn submit(report: MonthReport, now: &str) -> Result<(MonthReport, Content), SubmitFault> {
    let seen = report.etag;
    report.submit(seen, &World::cooperation_history().frame(), at(now))
}

fn corrected(report: MonthReport, hours: Hours) -> MonthReport {
    let world = World::cooperation_history();
    let begun = report
        .begin_correction(a_day(), &world.rules, world.today)
        .unwrap();
    let seen = begun.clone().into_inner().etag;
    begun.into_inner().save_draft(seen, hours).unwrap().into_inner()
}

#[test]
fn each_change_of_a_draft_raises_its_etag() {
    let first = drafted(a_day());
    let second = first
        .clone()
        .save_draft(first.etag, two_days())
        .unwrap()
        .into_inner();
    assert!(second.etag > first.etag);
    assert_eq!(second.draft, Some(two_days()));
}

#[test]
fn a_stale_writer_is_told_the_current_etag() {
    let current = drafted(a_day()).etag;
    assert_eq!(
        drafted(a_day()).save_draft(Etag(0), two_days()),
        Err(DraftFault::Stale { current })
    );
    assert_eq!(
        drafted(a_day()).discard_draft(Etag(0)),
        Err(DraftFault::Stale { current })
    );
    let fault = drafted(a_day()).submit(Etag(0), &World::cooperation_history().frame(), at(FIRST));
    assert_eq!(fault.unwrap_err(), SubmitFault::Stale { current });
}

#[test]
fn the_same_hours_again_change_nothing() {
    let report = drafted(a_day());
    let seen = report.etag;
    assert_eq!(
        report.clone().save_draft(seen, a_day()),
        Ok(Outcome::Already(report))
    );
}

#[test]
fn submission_freezes_the_draft_as_the_next_revision() {
    let (report, content) = submit(drafted(a_day()), FIRST).unwrap();
    let last = report.last().unwrap();
    assert_eq!((last.number, last.credited_minutes), (1, 120));
    assert_eq!(last.content_hash, content.hash());
    assert_eq!(last.answer_before, at("2026-07-01T22:00:00Z"));
    assert_eq!(last.answer, Answer::Waiting);
    assert_eq!(
        (content.revision, &content.hours, report.draft.is_none()),
        (1, &a_day(), true)
    );
}

#[test]
fn a_month_without_hours_is_submitted() {
    let (report, content) = submit(drafted(Hours::default()), FIRST).unwrap();
    assert!(content.hours.is_zero_month());
    assert_eq!(report.last().unwrap().credited_minutes, 0);
}

#[test]
fn nothing_is_submitted_without_a_draft() {
    assert_eq!(submit(report(), FIRST).unwrap_err(), SubmitFault::NoDraft);
    let (report, _) = submit(drafted(a_day()), FIRST).unwrap();
    assert_eq!(submit(report, FIRST).unwrap_err(), SubmitFault::NoDraft);
}

#[test]
fn rules_are_asked_again_on_the_day_of_submission() {
    let early = submit(drafted(a_day()), "2026-03-31T21:59:59Z").unwrap_err();
    assert!(matches!(early, SubmitFault::Violations(violations) if violations.len() == 1));
    let late = submit(drafted(a_day()), "2026-06-30T22:00:00Z").unwrap_err();
    assert!(matches!(late, SubmitFault::Violations(violations) if violations.len() == 1));
    assert!(submit(drafted(a_day()), "2026-03-31T22:00:00Z").is_ok());
}

#[test]
fn other_rule_sets_have_another_second_step() {
    let world = World::of("esf_plus_participant");
    let report = drafted(a_day());
    let fault = report
        .clone()
        .submit(report.etag, &world.frame(), at(FIRST))
        .unwrap_err();
    assert_eq!(fault, SubmitFault::OtherSecondStep);
}

#[test]
fn a_submitted_month_is_changed_by_a_correction_only() {
    let report = submitted(report(), &a_day(), FIRST);
    let seen = report.etag;
    assert_eq!(
        report.clone().save_draft(seen, two_days()),
        Err(DraftFault::Submitted)
    );
    let world = World::cooperation_history();
    let begun = report
        .begin_correction(a_day(), &world.rules, world.today)
        .unwrap()
        .into_inner();
    assert_eq!(begun.draft, Some(a_day()));
    assert_eq!(begun.last().unwrap().answer, Answer::Waiting);
}

#[test]
fn a_correction_begins_once_and_in_time() {
    let world = World::cooperation_history();
    let nothing = report().begin_correction(a_day(), &world.rules, world.today);
    assert_eq!(nothing, Err(DraftFault::NothingSubmitted));
    let submitted = submitted(report(), &a_day(), FIRST);
    let closed = submitted
        .clone()
        .begin_correction(a_day(), &world.rules, jiff::civil::date(2026, 7, 1));
    assert_eq!(closed, Err(DraftFault::Window(WindowFault::Closed)));
    let begun = corrected(submitted, two_days());
    let again = begun.clone().begin_correction(a_day(), &world.rules, march(31));
    assert_eq!(again, Ok(Outcome::Already(begun)));
}

#[test]
fn a_correction_asks_again_and_restarts_the_time() {
    let report = submitted(report(), &a_day(), FIRST);
    let (report, content) = submit(corrected(report, two_days()), SECOND).unwrap();
    assert_eq!(content.revision, 2);
    assert_eq!(report.revisions[0].answer, Answer::Superseded { at: at(SECOND) });
    let last = report.last().unwrap();
    assert_eq!(
        (last.answer, last.answer_before),
        (Answer::Waiting, at("2026-08-04T22:00:00Z"))
    );
}

#[test]
fn an_answer_given_stays_when_a_correction_comes() {
    let report = submitted(report(), &a_day(), FIRST);
    let rejected = report.reject(1, at("2026-04-02T08:00:00Z")).unwrap().into_inner();
    let (report, _) = submit(corrected(rejected, two_days()), SECOND).unwrap();
    let at = at("2026-04-02T08:00:00Z");
    assert_eq!(report.revisions[0].answer, Answer::Rejected { at });
}

#[test]
fn a_correction_is_compared_with_the_last_revision_that_was_answered() {
    let report = submitted(report(), &a_day(), FIRST);
    assert_eq!(
        report.answered_before(),
        None,
        "nothing is earlier than the first"
    );
    let answered = report.reject(1, at("2026-04-02T08:00:00Z")).unwrap().into_inner();
    assert_eq!(
        answered.answered_before(),
        None,
        "its own answer is no earlier one"
    );
    let (unanswered, _) = submit(corrected(answered, two_days()), SECOND).unwrap();
    let (report, _) = submit(corrected(unanswered, a_day()), SECOND).unwrap();
    assert_eq!(report.revisions[1].answer, Answer::Superseded { at: at(SECOND) });
    assert_eq!(report.answered_before().map(|revision| revision.number), Some(1));
    assert_eq!(report.approved_before(), None, "it was rejected");
}

#[test]
fn a_revision_whose_time_was_over_lapses_rather_than_being_superseded() {
    let mut waiting = submitted(report(), &a_day(), FIRST);
    waiting.revisions[0].answer_before = at("2026-05-01T00:00:00Z");
    let (report, _) = submit(corrected(waiting, two_days()), SECOND).unwrap();
    let at = at("2026-05-01T00:00:00Z");
    assert_eq!(report.revisions[0].answer, Answer::Lapsed { at });
}

#[test]
fn an_unchanged_month_does_not_ask_again_while_it_waits_or_is_approved() {
    let report = submitted(report(), &a_day(), FIRST);
    assert_eq!(
        submit(corrected(report.clone(), a_day()), SECOND).unwrap_err(),
        SubmitFault::Unchanged
    );
    let mut approved = report;
    let signature_id = signature_id(9);
    approved.revisions[0].answer = Answer::Approved {
        at: at(FIRST),
        signature_id,
    };
    assert_eq!(
        submit(corrected(approved, a_day()), SECOND).unwrap_err(),
        SubmitFault::Unchanged
    );
}

#[test]
fn an_unchanged_month_may_ask_again_after_a_rejection() {
    let report = submitted(report(), &a_day(), FIRST);
    let rejected = report.reject(1, at(FIRST)).unwrap().into_inner();
    assert!(submit(corrected(rejected, a_day()), SECOND).is_ok());
}

#[test]
fn throwing_a_draft_away_leaves_what_was_submitted() {
    let report = corrected(submitted(report(), &a_day(), FIRST), two_days());
    let seen = report.etag;
    let discarded = report.discard_draft(seen).unwrap().into_inner();
    assert!(discarded.draft.is_none() && discarded.etag > seen);
    assert_eq!(discarded.last().unwrap().number, 1);
    assert!(!discarded.discard_draft(Etag(0)).unwrap().is_changed());
}

// What may happen to a report, in any order.
#[derive(Clone, Debug)]
enum Step {
    Save(Hours),
    Correct,
    Discard,
    Submit,
    Show(u32),
    Reject(u32),
    Sign(u32, u8),
    Lapse,
}

fn any_step() -> impl Strategy<Value = Step> {
    let march_days = any_hours().prop_map(|hours| {
        let rows = hours
            .rows()
            .iter()
            .filter(|row| row.day.day() == 2)
            .take(1)
            .cloned();
        Hours::parse(rows.collect()).unwrap()
    });
    prop_oneof![
        march_days.prop_map(Step::Save),
        Just(Step::Correct),
        Just(Step::Discard),
        Just(Step::Submit),
        Just(Step::Submit),
        (1_u32..4).prop_map(Step::Show),
        (1_u32..4).prop_map(Step::Reject),
        (1_u32..4, 1_u8..9).prop_map(|(revision, id)| Step::Sign(revision, id)),
        Just(Step::Lapse),
    ]
}

fn apply(report: &MonthReport, step: Step, now: Timestamp) -> Option<MonthReport> {
    let world = World::cooperation_history();
    let (report, seen) = (report.clone(), report.etag);
    let today = crate::domain::day::day_of(now);
    match step {
        Step::Save(hours) => report.save_draft(seen, hours).ok().map(Outcome::into_inner),
        Step::Correct => report
            .begin_correction(a_day(), &world.rules, today)
            .ok()
            .map(Outcome::into_inner),
        Step::Discard => report.discard_draft(seen).ok().map(Outcome::into_inner),
        Step::Submit => report
            .submit(seen, &world.frame(), now)
            .ok()
            .map(|(report, _)| report),
        Step::Show(revision) => report.show(revision, now).ok().map(Outcome::into_inner),
        Step::Reject(revision) => report.reject(revision, now).ok().map(Outcome::into_inner),
        Step::Sign(number, id) => {
            let document_hash = report.revision(number)?.content_hash;
            let signature = CompletedSignature {
                signature_id: signature_id(id),
                revision: number,
                document_hash,
                started_at: now,
                signed_at: now,
            };
            Some(report.complete_signature(&signature).0)
        }
        Step::Lapse => Some(report.lapse(now).into_inner()),
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_report_stays_one(steps in proptest::collection::vec((any_step(), 0_i64..20), 1..40)) {
        let mut now = at("2026-04-01T08:00:00Z");
        let mut report = report();
        for (step, days) in steps {
            now = now.checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
            let Some(after) = apply(&report, step, now) else { continue };
            prop_assert!(after.etag >= report.etag);
            prop_assert!(after.revisions.len() >= report.revisions.len());
            for (index, revision) in after.revisions.iter().enumerate() {
                prop_assert_eq!(usize::try_from(revision.number).unwrap(), index + 1);
                let is_last = index + 1 == after.revisions.len();
                prop_assert!(is_last || !revision.answer.is_waiting());
                let is_superseded = matches!(revision.answer, Answer::Superseded { .. });
                prop_assert!(!(is_last && is_superseded));
            }
            for (before, after) in report.revisions.iter().zip(&after.revisions) {
                prop_assert_eq!(before.content_hash, after.content_hash);
                prop_assert!(before.first_shown_at.is_none() || before.first_shown_at == after.first_shown_at);
                let given = matches!(before.answer, Answer::Approved { .. } | Answer::Rejected { .. } | Answer::Superseded { .. });
                prop_assert!(!given || before.answer == after.answer);
            }
            report = after;
        }
    }
}
