use proptest::prelude::*;

use super::*;
use crate::domain::consent::tests::consent;
use crate::domain::report::tests::{at, report};

const NOW: &str = "2026-03-20T08:00:00Z";

/// Approved, consented, and nothing else yet.
fn facts() -> Facts {
    Facts {
        report: Some(report()),
        consents: vec![consent(1, "2026-03-01T08:00:00Z", None)],
        ..Facts::default()
    }
}

fn sent(revision: i32, whereabouts: Whereabouts) -> SentRevision {
    SentRevision {
        revision,
        begun_at: at("2026-03-10T08:00:00Z"),
        whereabouts,
    }
}

fn row(outcome: RowOutcome) -> DeliveredRow {
    DeliveredRow {
        revision: 2,
        outcome,
        receipted_at: Some(at("2026-03-11T08:00:00Z")),
    }
}

fn answered(answer: Answer) -> Facts {
    Facts {
        report: Some(MonthReport { answer, ..report() }),
        ..facts()
    }
}

fn told(facts: &Facts) -> (Option<Reason>, Option<Act>, Vec<StepState>) {
    let explanation = explain(facts, View::Everything, at(NOW));
    let states = explanation.steps.iter().map(|step| step.state);
    (explanation.reason, explanation.next, states.collect())
}

use StepState::{Done, Stopped, Waiting};

#[test]
fn a_month_that_was_never_submitted_waits_for_the_provider() {
    let (reason, act, steps) = told(&Facts::default());
    assert_eq!(
        (reason, act),
        (Some(Reason::NotSubmitted), Some(Act::ProviderSubmits))
    );
    assert_eq!(steps, [Waiting; 6]);
}

#[test]
fn an_answer_that_is_no_approval_holds_the_month() {
    for (answer, reason, act, state) in [
        (
            Answer::Waiting,
            Reason::NotAnswered,
            Act::ParticipantAnswers,
            Waiting,
        ),
        (Answer::Rejected, Reason::Rejected, Act::ProviderCorrects, Stopped),
        (Answer::Lapsed, Reason::Lapsed, Act::ProviderCorrects, Stopped),
    ] {
        let (told_reason, told_act, steps) = told(&answered(answer));
        assert_eq!((told_reason, told_act), (Some(reason), Some(act)));
        assert_eq!(steps, [Done, Done, state, Done, Waiting, Waiting]);
    }
}

#[test]
fn a_waiting_answer_lapses_by_itself_and_tells_until_when_it_is_taken() {
    let waiting = answered(Answer::Waiting);
    let before = explain(&waiting, View::UpToTheAnswer, at("2026-06-02T21:59:59Z"));
    assert_eq!(before.answer_before, Some(report().answer_before));
    let after = explain(&waiting, View::UpToTheAnswer, report().answer_before);
    assert_eq!((after.reason, after.answer_before), (Some(Reason::Lapsed), None));
}

#[test]
fn without_a_consent_the_participant_can_give_one_until_the_three_months_have_ended() {
    let without = Facts {
        consents: Vec::new(),
        ..facts()
    };
    let (reason, act, _) = told(&without);
    assert_eq!(
        (reason, act),
        (Some(Reason::NoConsent), Some(Act::ParticipantConsents))
    );
    let late = explain(&without, View::Everything, report().answer_before);
    assert_eq!((late.reason, late.next), (Some(Reason::NoConsent), None));
}

#[test]
fn a_withdrawn_and_a_late_consent_are_told_apart() {
    let withdrawn = Facts {
        consents: vec![consent(1, "2026-03-01T08:00:00Z", Some("2026-03-08T08:00:00Z"))],
        ..facts()
    };
    let (reason, _, steps) = told(&withdrawn);
    assert_eq!((reason, steps[3]), (Some(Reason::Withdrawn), Stopped));
    let late = Facts {
        consents: vec![consent(1, "2026-07-01T08:00:00Z", None)],
        ..facts()
    };
    let (reason, act, steps) = told(&late);
    assert_eq!(
        (reason, act, steps[3]),
        (Some(Reason::ConsentTooLate), None, Stopped)
    );
}

#[test]
fn each_end_of_an_attempt_is_told_with_what_follows() {
    for (whereabouts, reason, act, state) in [
        (Whereabouts::InTransfer, Reason::InTransfer, None, Waiting),
        (
            Whereabouts::PossiblySent,
            Reason::OutcomeUnknown,
            Some(Act::AgencyAsksRecipient),
            Waiting,
        ),
        (
            Whereabouts::NotArrived,
            Reason::NotArrived,
            Some(Act::AgencyRunsExport),
            Waiting,
        ),
        (
            Whereabouts::Sent,
            Reason::NoReceipt,
            Some(Act::RecipientReceipts),
            Done,
        ),
    ] {
        let facts = Facts {
            sent: vec![sent(2, Whereabouts::NotArrived), sent(2, whereabouts)],
            ..facts()
        };
        let (told_reason, told_act, steps) = told(&facts);
        assert_eq!((told_reason, told_act, steps[4]), (Some(reason), act, state));
    }
}

#[test]
fn a_receipt_ends_the_way() {
    let receipted = Facts {
        sent: vec![sent(2, Whereabouts::Sent)],
        deliveries: vec![row(RowOutcome::Receipted)],
        ..facts()
    };
    assert_eq!(told(&receipted), (None, None, vec![Done; 6]));
    let refused = Facts {
        deliveries: vec![row(RowOutcome::Refused {
            code: "R7".to_owned(),
        })],
        ..receipted
    };
    let explanation = explain(&refused, View::Everything, at(NOW));
    assert_eq!(explanation.reason, Some(Reason::RefusedByRecipient));
    assert_eq!(
        (explanation.refusal_code.as_str(), explanation.steps[5].state),
        ("R7", Stopped)
    );
}

#[test]
fn what_only_export_knows_is_told_when_nothing_else_holds_the_month() {
    let training = vec![row(RowOutcome::Withheld(Withholding::Training))];
    let withheld = Facts {
        deliveries: training.clone(),
        ..facts()
    };
    let (reason, act, steps) = told(&withheld);
    assert_eq!(
        (reason, act),
        (Some(Reason::Withheld(Withholding::Training)), None)
    );
    assert_eq!(steps[4], Stopped);
    let unanswered = Facts {
        deliveries: training,
        ..answered(Answer::Waiting)
    };
    assert_eq!(told(&unanswered).0, Some(Reason::NotAnswered));
}

#[test]
fn a_correction_tells_which_revision_was_sent_before() {
    let corrected = Facts {
        sent: vec![sent(1, Whereabouts::Sent)],
        ..answered(Answer::Waiting)
    };
    let explanation = explain(&corrected, View::Everything, at(NOW));
    assert_eq!(explanation.reason, Some(Reason::NotAnswered));
    assert_eq!(explanation.revision_sent_before, Some(1));
    assert_eq!(explanation.steps[4].state, Waiting);
}

fn any_whereabouts() -> impl Strategy<Value = Whereabouts> {
    prop::sample::select(vec![
        Whereabouts::NotArrived,
        Whereabouts::PossiblySent,
        Whereabouts::InTransfer,
        Whereabouts::Sent,
    ])
}

fn any_row() -> impl Strategy<Value = DeliveredRow> {
    let outcome = prop_oneof![
        Just(RowOutcome::Withheld(Withholding::ProtectedIdentity)),
        Just(RowOutcome::Other),
        Just(RowOutcome::Receipted),
        Just(RowOutcome::Refused {
            code: "R1".to_owned()
        }),
    ];
    outcome.prop_map(row)
}

proptest! {
    /// Nothing of consent, sending or receipt can be told from what a provider is answered.
    #[test]
    fn a_provider_is_answered_the_same_whatever_was_consented_and_sent(
        answer in prop::sample::select(Answer::ALL.to_vec()),
        has_consent in any::<bool>(),
        sent_rows in prop::collection::vec((1..3_i32, any_whereabouts()), 0..3),
        deliveries in prop::collection::vec(any_row(), 0..3),
    ) {
        let bare = Facts { report: Some(MonthReport { answer, ..report() }), ..Facts::default() };
        let full = Facts {
            consents: if has_consent { facts().consents } else { Vec::new() },
            sent: sent_rows.into_iter().map(|(revision, whereabouts)| sent(revision, whereabouts)).collect(),
            deliveries,
            ..bare.clone()
        };
        let now = at(NOW);
        prop_assert_eq!(explain(&full, View::UpToTheAnswer, now), explain(&bare, View::UpToTheAnswer, now));
        prop_assert_eq!(explain(&full, View::UpToTheAnswer, now).steps.len(), 3);
        prop_assert_eq!(explain(&full, View::Everything, now).steps.len(), 6);
    }
}
