use proptest::prelude::*;

use super::*;
use crate::domain::consent::tests::consent;
use crate::domain::report::tests::{at, report};

const EARLY: &str = "2026-03-01T08:00:00Z";

#[test]
fn an_approved_latest_revision_with_a_consent_leaves_on_that_consent() {
    let held = [consent(1, EARLY, None)];
    assert_eq!(judge(2, Some(&report()), &held), Ok(held[0].id));
}

#[test]
fn every_answer_but_approval_keeps_the_row() {
    let held = [consent(1, EARLY, None)];
    for (answer, refusal) in [
        (Answer::Waiting, Refusal::NotAnswered),
        (Answer::Rejected, Refusal::Rejected),
        (Answer::Lapsed, Refusal::Lapsed),
        (Answer::Superseded, Refusal::NotCurrent),
    ] {
        let answered = MonthReport { answer, ..report() };
        assert_eq!(judge(2, Some(&answered), &held), Err(refusal));
    }
}

#[test]
fn a_revision_that_is_not_the_latest_or_not_known_is_not_current() {
    let held = [consent(1, EARLY, None)];
    for revision in [0, 1, 3] {
        assert_eq!(judge(revision, Some(&report()), &held), Err(Refusal::NotCurrent));
    }
    assert_eq!(judge(2, None, &held), Err(Refusal::NotCurrent));
}

#[test]
fn without_a_consent_or_after_its_withdrawal_nothing_leaves() {
    assert_eq!(judge(2, Some(&report()), &[]), Err(Refusal::NoConsent));
    let withdrawn = [consent(1, EARLY, Some("2026-03-02T08:00:00Z"))];
    assert_eq!(judge(2, Some(&report()), &withdrawn), Err(Refusal::Withdrawn));
}

#[test]
fn a_later_consent_releases_a_month_until_its_three_months_have_ended() {
    let in_time = [consent(1, "2026-06-02T21:59:59Z", None)];
    assert!(judge(2, Some(&report()), &in_time).is_ok());
    let too_late = [consent(1, "2026-06-02T22:00:00Z", None)];
    assert_eq!(judge(2, Some(&report()), &too_late), Err(Refusal::NoConsent));
    assert!(matches!(basis(&report(), &too_late), Basis::TooLate(_)));
}

#[test]
fn consenting_anew_releases_what_the_withdrawal_held() {
    let anew = [
        consent(1, EARLY, Some("2026-03-10T08:00:00Z")),
        consent(2, "2026-03-11T08:00:00Z", None),
    ];
    assert_eq!(judge(2, Some(&report()), &anew), Ok(anew[1].id));
}

fn any_consent() -> impl Strategy<Value = Consent> {
    (1_u128..50, 0_i64..300, prop::option::of(0_i64..300)).prop_map(|(number, given, withdrawn)| {
        let day = |days: i64| {
            (at("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_hours(24 * days)).to_string()
        };
        consent(number, &day(given), withdrawn.map(day).as_deref())
    })
}

proptest! {
    /// Whatever is heard: what leaves is the latest revision, approved, on a consent that was not withdrawn, was given no
    /// earlier than the latest withdrawal and before the three months had ended.
    #[test]
    fn what_leaves_has_every_ground(
        revision in 1..4_i32,
        latest in 1..4_i32,
        answer in prop::sample::select(Answer::ALL.to_vec()),
        consents in prop::collection::vec(any_consent(), 0..5),
    ) {
        let report = MonthReport { revision: latest, answer, ..report() };
        if let Ok(id) = judge(revision, Some(&report), &consents) {
            prop_assert_eq!(revision, latest);
            prop_assert_eq!(answer, Answer::Approved);
            let grounds = consents.iter().any(|consent| consent.id == id
                && consent.withdrawn.is_none()
                && consent.given_at < report.answer_before
                && consents.iter().filter_map(|other| other.withdrawn).all(|other| other.at <= consent.given_at));
            prop_assert!(grounds);
        }
    }
}
