//! Until when and by which revision a month can be answered.

use super::*;
use crate::domain::report::Answer;
use crate::domain::samples::{at, hours, report, submitted};

const SUBMITTED: &str = "2026-04-01T08:00:00Z";
const LAST_MOMENT: &str = "2026-07-01T21:59:59Z";
const OVER: &str = "2026-07-01T22:00:00Z";

fn waiting() -> MonthReport {
    submitted(report(), &hours(&[(2, "WORKSHOP", 90)]), SUBMITTED)
}

fn corrected() -> MonthReport {
    submitted(waiting(), &hours(&[(2, "WORKSHOP", 30)]), "2026-04-02T08:00:00Z")
}

#[test]
fn an_answer_may_come_through_midnight_of_the_same_day_three_months_later() {
    for (submitted_at, end) in [
        // Winter to summer time and back; the day is Stockholm's, not UTC's.
        ("2026-02-10T12:00:00Z", "2026-05-10T22:00:00Z"),
        ("2026-08-10T12:00:00Z", "2026-11-10T23:00:00Z"),
        ("2026-04-30T21:59:59Z", "2026-07-30T22:00:00Z"),
        ("2026-04-30T22:00:00Z", "2026-08-01T22:00:00Z"),
        ("2026-12-31T22:59:59Z", "2027-03-31T22:00:00Z"),
        ("2026-12-31T23:00:00Z", "2027-04-01T22:00:00Z"),
        // The month has no such day: its last.
        ("2026-11-30T12:00:00Z", "2027-02-28T23:00:00Z"),
        ("2027-11-29T12:00:00Z", "2028-02-29T23:00:00Z"),
        ("2027-11-30T12:00:00Z", "2028-02-29T23:00:00Z"),
        ("2026-11-29T12:00:00Z", "2027-02-28T23:00:00Z"),
        ("2026-08-31T12:00:00Z", "2026-11-30T23:00:00Z"),
        ("2026-01-31T12:00:00Z", "2026-04-30T22:00:00Z"),
        ("2028-02-29T12:00:00Z", "2028-05-29T22:00:00Z"),
        // The ends fall on the days the clocks change, and on holidays, which move nothing.
        ("2025-12-29T12:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-07-25T12:00:00Z", "2026-10-25T23:00:00Z"),
        ("2026-09-25T12:00:00Z", "2026-12-25T23:00:00Z"),
    ] {
        assert_eq!(answer_before(at(submitted_at), 3), at(end), "{submitted_at}");
    }
}

#[test]
fn a_waiting_revision_can_be_answered_until_its_time_ends() {
    assert!(waiting().check_answer(1, at(LAST_MOMENT)).is_ok());
    assert_eq!(waiting().check_answer(1, at(OVER)), Err(AnswerFault::Lapsed));
    assert_eq!(waiting().reject(1, at(OVER)), Err(AnswerFault::Lapsed));
}

#[test]
fn an_old_or_unknown_revision_cannot_be_answered() {
    let now = at("2026-04-03T08:00:00Z");
    assert_eq!(corrected().reject(1, now), Err(AnswerFault::Old { latest: 2 }));
    assert_eq!(corrected().check_answer(3, now), Err(AnswerFault::Unknown));
    assert_eq!(report().check_answer(1, now), Err(AnswerFault::Unknown));
    assert!(corrected().reject(2, now).is_ok());
}

#[test]
fn a_rejection_stands_and_may_be_repeated() {
    let now = at("2026-04-03T08:00:00Z");
    let rejected = waiting().reject(1, now).unwrap().into_inner();
    let answer = Answer::Rejected { at: now };
    assert_eq!(rejected.last().unwrap().answer, answer);
    assert_eq!(
        rejected.check_answer(1, now),
        Err(AnswerFault::Answered { answer })
    );
    assert_eq!(
        rejected.clone().reject(1, at(OVER)),
        Ok(Outcome::Already(rejected))
    );
}

#[test]
fn a_month_lapses_as_of_the_instant_its_time_ended() {
    assert_eq!(waiting().lapse(at(LAST_MOMENT)), Outcome::Already(waiting()));
    let lapsed = waiting().lapse(at("2026-07-09T03:00:00Z")).into_inner();
    assert_eq!(lapsed.last().unwrap().answer, Answer::Lapsed { at: at(OVER) });
    assert!(!lapsed.clone().lapse(at("2026-07-10T03:00:00Z")).is_changed());
    assert_eq!(lapsed.check_answer(1, at(LAST_MOMENT)), Err(AnswerFault::Lapsed));
}

#[test]
fn an_answered_month_does_not_lapse() {
    let rejected = waiting().reject(1, at(SUBMITTED)).unwrap().into_inner();
    assert!(!rejected.lapse(at("2027-01-01T00:00:00Z")).is_changed());
}

#[test]
fn the_first_time_it_was_shown_counts() {
    let (first, later) = (at("2026-04-03T08:00:00Z"), at("2026-04-04T08:00:00Z"));
    let shown = waiting().show(1, first).unwrap().into_inner();
    assert_eq!(shown.clone().show(1, later), Ok(Outcome::Already(shown.clone())));
    assert_eq!(shown.last().unwrap().first_shown_at, Some(first));
    assert_eq!(waiting().show(2, first), Err(AnswerFault::Unknown));
}

#[test]
fn rows_are_remarked_on_once_shown_and_while_an_answer_can_be_given() {
    let now = at("2026-04-03T08:00:00Z");
    assert_eq!(waiting().check_remark(1, now), Err(AnswerFault::Unknown));
    let shown = waiting().show(1, now).unwrap().into_inner();
    assert!(shown.check_remark(1, at(LAST_MOMENT)).is_ok());
    assert_eq!(shown.check_remark(1, at(OVER)), Err(AnswerFault::Lapsed));
    let corrected = submitted(
        shown.clone(),
        &hours(&[(2, "WORKSHOP", 30)]),
        "2026-04-04T08:00:00Z",
    );
    assert_eq!(
        corrected.check_remark(1, now),
        Err(AnswerFault::Old { latest: 2 })
    );
    assert_eq!(corrected.check_remark(2, now), Err(AnswerFault::Unknown));
    let answered = shown.reject(1, now).unwrap().into_inner();
    let refused = answered.check_remark(1, now);
    assert!(
        matches!(refused, Err(AnswerFault::Answered { .. })),
        "{refused:?}"
    );
}
