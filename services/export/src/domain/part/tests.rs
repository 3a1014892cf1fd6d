//! Every way through the stages: the path, what re-enters, and what an answer settles.

use proptest::prelude::*;

use super::*;

const STEPS: [Step; 13] = [
    Step::Authorised { rows: 0 },
    Step::Authorised { rows: 7 },
    Step::Sealed,
    Step::Rebuild,
    Step::Begun,
    Step::Sending,
    Step::Failed,
    Step::Delivered,
    Step::Receipted,
    Step::SettledDelivered,
    Step::SettledAbsent,
    Step::Cancelled,
    Step::Held { attempt: 1 },
];

fn walk(steps: &[Step]) -> Result<Progress, OutOfOrder> {
    steps.iter().try_fold(Progress::START, |at, step| at.after(*step))
}

#[test]
fn the_path_leads_from_authorise_to_the_receipt() {
    let path = [
        Step::Authorised { rows: 7 },
        Step::Sealed,
        Step::Begun,
        Step::Sending,
        Step::Delivered,
        Step::Receipted,
    ];
    let end = walk(&path).unwrap();
    assert_eq!(end.stage, PartStage::Ended(Ending::Receipted));
    assert_eq!(end.attempt, 1);
}

#[test]
fn a_part_without_rows_ends_empty() {
    let end = walk(&[Step::Authorised { rows: 0 }]).unwrap();
    assert_eq!(end.stage, PartStage::Ended(Ending::Empty));
}

#[test]
fn what_must_be_built_again_is_authorised_again() {
    let sealed = [Step::Authorised { rows: 7 }, Step::Sealed];
    for tail in [
        &[Step::Rebuild][..],
        &[Step::Begun, Step::Failed],
        &[Step::Begun, Step::Sending, Step::Failed],
    ] {
        let at = walk(&[&sealed[..], tail].concat()).unwrap();
        assert_eq!(
            at,
            Progress {
                stage: PartStage::Authorise,
                attempt: 2
            }
        );
    }
}

#[test]
fn what_may_have_left_can_neither_be_held_nor_cancelled() {
    assert_eq!(PartStage::Sending.holdable(), None);
    let sending = walk(&[
        Step::Authorised { rows: 7 },
        Step::Sealed,
        Step::Begun,
        Step::Sending,
    ])
    .unwrap();
    assert!(sending.after(Step::Cancelled).is_err());
    assert!(sending.after(Step::Rebuild).is_err());
}

#[test]
fn a_cancelled_part_whose_earlier_attempt_arrived_owes_that_attempts_receipt() {
    let again = [
        Step::Authorised { rows: 7 },
        Step::Sealed,
        Step::Begun,
        Step::Failed,
    ];
    let held = Step::Held { attempt: 1 };
    let path = [
        Step::Authorised { rows: 7 },
        Step::Sealed,
        Step::Begun,
        Step::Sending,
    ];
    for count in 0..path.len() {
        let at = walk(&[&again[..], &path[..count]].concat()).unwrap();
        let back = at.after(held).unwrap();
        assert_eq!((back.stage, back.attempt), (PartStage::Receipt, 1));
        assert!(at.after(Step::Held { attempt: 2 }).is_err());
    }
    let sending = walk(&[&again[..], &path[..]].concat()).unwrap();
    assert!(sending.after(held).is_err());
    assert!(Progress::START.after(held).is_err());
}

#[test]
fn what_was_settled_by_hand_ends_the_part_or_has_it_authorised_anew() {
    let sending = [
        Step::Authorised { rows: 7 },
        Step::Sealed,
        Step::Begun,
        Step::Sending,
    ];
    for stage in [&sending[..], &[&sending[..], &[Step::Delivered]].concat()] {
        let at = walk(stage).unwrap();
        let ended = at.after(Step::SettledDelivered).unwrap();
        assert_eq!(ended.stage, PartStage::Ended(Ending::Receipted));
        let again = at.after(Step::SettledAbsent).unwrap();
        assert_eq!((again.stage, again.attempt), (PartStage::Authorise, 2));
    }
    let sealed = walk(&sending[..1]).unwrap();
    assert!(sealed.after(Step::SettledDelivered).is_err());
}

#[test]
fn an_unclear_answer_settles_nothing() {
    let lost = Reply::Nothing(Problem::AnswerLost);
    assert_eq!(lost.clone().to_sending(), Verdict::Unknown(Problem::AnswerLost));
    assert_eq!(lost.to_question(), Verdict::Unknown(Problem::AnswerLost));
    let foreign = Reply::Receipt(Err(ReceiptFault::AnotherPart));
    assert_eq!(
        foreign.to_question(),
        Verdict::Unknown(Problem::Receipt(ReceiptFault::AnotherPart))
    );
}

#[test]
fn a_receipt_of_an_earlier_attempt_says_that_this_one_is_not_there_only_when_asked() {
    let earlier = Reply::Receipt(Err(ReceiptFault::EarlierAttempt {
        attempt: 1,
        sealed_hash: [7; 32],
    }));
    assert!(matches!(earlier.clone().to_sending(), Verdict::Unknown(_)));
    assert_eq!(earlier.to_question(), Verdict::Failed(Problem::NotArrived));
}

proptest! {
    #[test]
    fn nothing_is_sent_but_what_was_authorised_sealed_and_begun_in_the_same_attempt(
        steps in prop::collection::vec(prop::sample::select(STEPS.to_vec()), 0..40),
    ) {
        let (mut at, mut since_entry) = (Progress::START, Vec::new());
        for step in steps {
            let Ok(next) = at.after(step) else { continue };
            let goes_back = step == Step::Held { attempt: next.attempt } && next.stage == PartStage::Receipt;
            let goes_on = next.attempt == at.attempt + 1 && next.stage == PartStage::Authorise;
            prop_assert!(next.attempt == at.attempt || goes_on || (goes_back && next.attempt < at.attempt));
            if next.attempt == at.attempt {
                since_entry.push(step);
            } else {
                since_entry.clear();
            }
            if next.stage == PartStage::Sending {
                prop_assert_eq!(
                    &since_entry[..],
                    &[Step::Authorised { rows: 7 }, Step::Sealed, Step::Begun, Step::Sending][..]
                );
            }
            prop_assert!(at.stage.ending().is_none(), "an ended part does not move");
            at = next;
        }
    }

    #[test]
    fn codes_tell_stages_apart(steps in prop::collection::vec(prop::sample::select(STEPS.to_vec()), 0..20)) {
        let at = steps.into_iter().fold(Progress::START, |at, step| at.after(step).unwrap_or(at)).stage;
        prop_assert_eq!(PartStage::from_codes(at.code(), at.ending().map(Ending::code)), Some(at));
    }
}
