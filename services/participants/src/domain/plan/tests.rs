//! What a plan may say when it is sent.

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn code(text: &str) -> ActivityCode {
    ActivityCode::parse(text).unwrap()
}

fn frame() -> Frame {
    let in_use = |from: &str, to: Option<&str>| InUse {
        from: day(from),
        to: to.map(day),
    };
    Frame {
        today: day("2026-03-20"),
        period: Period::parse(day("2026-03-10"), day("2026-06-09")).unwrap(),
        catalogue: BTreeMap::from([
            (code("WORKSHOP"), in_use("2026-01-01", None)),
            (code("STUDIEBESOK"), in_use("2026-04-01", Some("2026-04-30"))),
        ]),
    }
}

fn activity(name: &str, from: &str, to: Option<&str>) -> DraftActivity {
    DraftActivity {
        code: code(name),
        from: day(from),
        to: to.map(day),
    }
}

fn draft() -> DraftPlan {
    DraftPlan {
        made_on: Some(day("2026-03-12")),
        form: Some(PlanningForm::Meeting),
        activities: vec![activity("WORKSHOP", "2026-03-12", None)],
        in_force_from: None,
    }
}

fn faults(change: impl FnOnce(&mut DraftPlan)) -> Vec<PlanFault> {
    let mut draft = draft();
    change(&mut draft);
    draft.complete(&frame()).unwrap_err()
}

#[test]
fn a_good_plan_holds_from_the_day_it_was_made_until_the_period_ends() {
    let plan = draft().complete(&frame()).unwrap();
    assert_eq!(plan.in_force_from, day("2026-03-12"));
    assert_eq!(plan.activities[0].days.last(), day("2026-06-09"));
}

#[test]
fn one_that_was_made_before_the_period_holds_from_its_first_day() {
    let mut draft = draft();
    draft.made_on = Some(day("2026-03-02"));
    assert_eq!(draft.complete(&frame()).unwrap().in_force_from, day("2026-03-10"));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    assert_eq!(
        DraftPlan::default().complete(&frame()).unwrap_err(),
        [
            PlanFault::MadeOnMissing,
            PlanFault::FormMissing,
            PlanFault::NoActivities
        ]
    );
}

#[test]
fn the_day_of_making_has_come_and_is_not_after_the_first_day_in_force() {
    assert_eq!(
        faults(|it| it.made_on = Some(day("2026-03-21"))),
        [PlanFault::MadeAhead]
    );
    assert_eq!(
        faults(|it| it.in_force_from = Some(day("2026-03-11"))),
        [PlanFault::InForceTooEarly]
    );
    for from in ["2026-03-09", "2026-06-10"] {
        assert_eq!(
            faults(|it| it.in_force_from = Some(day(from))),
            [PlanFault::InForceOutsidePeriod]
        );
    }
}

#[test]
fn activities_are_of_the_catalogue_and_inside_both_validities() {
    for (wrong, expected) in [
        (
            activity("UNHEARD", "2026-03-12", None),
            PlanFault::ActivityUnknown { index: 1 },
        ),
        (
            activity("WORKSHOP", "2026-03-09", Some("2026-03-11")),
            PlanFault::OutsidePeriod { index: 1 },
        ),
        (
            activity("WORKSHOP", "2026-06-09", Some("2026-06-10")),
            PlanFault::OutsidePeriod { index: 1 },
        ),
        (
            activity("STUDIEBESOK", "2026-03-31", Some("2026-04-02")),
            PlanFault::OutsidePeriod { index: 1 },
        ),
        (
            activity("STUDIEBESOK", "2026-04-01", None),
            PlanFault::OutsidePeriod { index: 1 },
        ),
        (
            activity("WORKSHOP", "2026-04-01", Some("2026-04-02")),
            PlanFault::ActivityTwice { index: 1 },
        ),
    ] {
        assert_eq!(faults(|it| it.activities.push(wrong)), [expected]);
    }
}

#[test]
fn the_same_activity_may_stand_twice_on_other_days() {
    let mut draft = draft();
    draft.activities[0].to = Some(day("2026-03-31"));
    draft.activities.push(activity("WORKSHOP", "2026-04-01", None));
    assert_eq!(draft.complete(&frame()).unwrap().activities.len(), 2);
}

#[test]
fn codes_are_capital_letters_digits_and_underscores() {
    assert!(ActivityCode::parse("PARALLELL_SFI_2").is_ok());
    assert!(ActivityCode::parse(&"A".repeat(40)).is_ok());
    let too_long = "A".repeat(41);
    for text in [
        "",
        "workshop",
        "A B",
        "STUDIEBESÖK",
        "_A",
        "194503129803",
        "A194503129803",
        "A_19450312_9803",
        &too_long,
    ] {
        assert_eq!(ActivityCode::parse(text), Err(NotACode), "{text}");
    }
}
