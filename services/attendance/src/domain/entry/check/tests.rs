//! Every rule alone, their order together, and properties of whatever passes.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::EntryField as Field;
use super::super::Place;
use super::ViolationReason as Reason;
use super::*;
use crate::domain::samples::{World, code, entry, march, plan};
use crate::domain::validity::Validity;

fn violations(world: &World, entries: &[Entry]) -> Vec<Violation> {
    check(entries, &world.frame(), Purpose::Draft)
        .err()
        .unwrap_or_default()
}

fn reasons(world: &World, entries: &[Entry]) -> Vec<Reason> {
    violations(world, entries)
        .into_iter()
        .map(|violation| violation.reason)
        .collect()
}

fn day_reasons(entries: &[Entry]) -> Vec<Reason> {
    reasons(&World::cooperation_history(), entries)
}

#[test]
fn good_entries_become_rounded_rows() {
    let world = World::cooperation_history();
    let entries = [
        entry(3, "WORKSHOP", 61),
        entry(2, "WORKSHOP", 15),
        entry(3, "VAGLEDNING", 360),
    ];
    let hours = check(&entries, &world.frame(), Purpose::Submission).unwrap();
    let credited: Vec<u16> = hours.rows().iter().map(|row| row.credited_minutes).collect();
    assert_eq!(credited, [60, 360, 120]);
    assert_eq!(hours.credited_minutes(), 540);
}

#[test]
fn refuses_week_ends_holidays_and_eves() {
    let mut world = World::cooperation_history();
    world.today = date(2026, 6, 20);
    for (month, day) in [(3, 7), (3, 8), (4, 3), (4, 6), (5, 14), (6, 19)] {
        let frame = Frame {
            month: crate::domain::samples::month(2026, month),
            ..world.frame()
        };
        let day = date(2026, i8::try_from(month).unwrap(), day);
        let entries = [Entry {
            day,
            ..entry(2, "WORKSHOP", 60)
        }];
        let refused = check(&entries, &frame, Purpose::Draft).unwrap_err();
        assert_eq!(
            refused,
            [Violation::of_entry(0, Field::Day, Reason::DayNotWorking)],
            "{day}"
        );
    }
}

#[test]
fn projects_take_any_day() {
    assert_eq!(
        reasons(&World::of("esf_plus_participant"), &[entry(7, "WORKSHOP", 60)]),
        []
    );
}

#[test]
fn refuses_tomorrow_and_takes_today() {
    let mut world = World::cooperation_history();
    world.today = march(18);
    assert_eq!(reasons(&world, &[entry(18, "WORKSHOP", 60)]), []);
    assert_eq!(
        reasons(&world, &[entry(19, "WORKSHOP", 60)]),
        [Reason::DayInFuture]
    );
}

#[test]
fn refuses_days_of_another_month() {
    let other = Entry {
        day: date(2026, 4, 1),
        ..entry(2, "WORKSHOP", 60)
    };
    assert_eq!(day_reasons(&[other]), [Reason::DayOutsideMonth]);
}

#[test]
fn refuses_days_outside_the_placement() {
    let mut world = World::cooperation_history();
    world.period.from = march(10);
    world.period.interrupted_on = Some(march(12));
    let on = |day| reasons(&world, &[entry(day, "WORKSHOP", 60)]);
    assert_eq!(on(9), [Reason::DayOutsidePlacement]);
    assert_eq!(on(10), []);
    assert_eq!(on(11), []);
    assert_eq!(on(12), [Reason::DayOutsidePlacement]);
}

#[test]
fn refuses_a_month_that_the_placement_does_not_touch() {
    let mut world = World::cooperation_history();
    world.period.interrupted_on = Some(world.period.from);
    assert_eq!(
        violations(&world, &[]),
        [Violation::of_month(Reason::MonthOutsidePlacement)]
    );
}

#[test]
fn refuses_closed_and_coming_months() {
    let mut world = World::cooperation_history();
    for (today, reason) in [
        (date(2026, 2, 28), vec![Reason::MonthTooEarly]),
        (date(2026, 3, 1), vec![]),
        (date(2026, 6, 30), vec![]),
        (date(2026, 7, 1), vec![Reason::MonthClosed]),
    ] {
        world.today = today;
        assert_eq!(reasons(&world, &[]), reason, "{today}");
    }
}

#[test]
fn submits_from_the_first_day_after_the_month() {
    let mut world = World::cooperation_history();
    world.today = march(31);
    let early = check(&[], &world.frame(), Purpose::Submission).unwrap_err();
    assert_eq!(early, [Violation::of_month(Reason::MonthTooEarly)]);
    world.today = date(2026, 4, 1);
    assert!(check(&[], &world.frame(), Purpose::Submission).is_ok());
}

#[test]
fn refuses_activities_that_no_catalogue_or_day_knows() {
    let mut world = World::cooperation_history();
    world.plans = vec![plan(1, &["NO_SUCH", "W2"])];
    let ended = Validity::parse(date(2020, 1, 1), Some(march(10))).unwrap();
    world.catalogue = world
        .catalogue
        .iter()
        .map(|activity| Activity {
            validity: ended,
            ..activity.clone()
        })
        .collect();
    assert_eq!(
        reasons(&world, &[entry(10, "NO_SUCH", 60)]),
        [Reason::ActivityUnknown]
    );
    assert_eq!(reasons(&world, &[entry(10, "W2", 60)]), []);
    assert_eq!(
        reasons(&world, &[entry(11, "W2", 60)]),
        [Reason::ActivityNotValid]
    );
}

#[test]
fn takes_what_the_latest_plan_in_force_names() {
    let mut world = World::cooperation_history();
    world.plans.push(crate::domain::plan::SentPlan {
        in_force_from: march(10),
        ..plan(2, &["STUDIEBESOK"])
    });
    let on = |day, activity| reasons(&world, &[entry(day, activity, 60)]);
    assert_eq!(on(9, "WORKSHOP"), []);
    assert_eq!(on(9, "STUDIEBESOK"), [Reason::ActivityNotInPlan]);
    assert_eq!(on(10, "WORKSHOP"), [Reason::ActivityNotInPlan]);
    assert_eq!(on(10, "STUDIEBESOK"), []);
}

#[test]
fn takes_activities_marked_always_without_any_plan() {
    let mut world = World::cooperation_history();
    world.plans.clear();
    assert_eq!(reasons(&world, &[entry(2, "INDIVIDUELLT_MOTE", 60)]), []);
    assert_eq!(
        reasons(&world, &[entry(2, "WORKSHOP", 60)]),
        [Reason::ActivityNotInPlan]
    );
}

#[test]
fn own_work_needs_a_plan_sent_since_its_code_began() {
    let mut world = World::cooperation_history();
    for (sent_at, reasons_expected) in [
        ("2021-11-08T22:59:59Z", vec![Reason::PlanTooOld]),
        ("2021-11-08T23:00:00Z", vec![]),
    ] {
        world.plans = vec![plan(1, &["EGET_ARBETE_GP"])];
        world.plans[0].sent_at = sent_at.parse().unwrap();
        assert_eq!(
            reasons(&world, &[entry(2, "EGET_ARBETE_GP", 60)]),
            reasons_expected,
            "{sent_at}"
        );
    }
}

#[test]
fn projects_need_no_plan() {
    let mut world = World::of("esf_plus_staff");
    world.plans.clear();
    assert_eq!(reasons(&world, &[entry(2, "WORKSHOP", 45)]), []);
}

#[test]
fn minutes_are_one_up_to_the_day_cap() {
    let most = 480;
    for (minutes, refused) in [(0, true), (1, false), (480, false), (481, true), (u32::MAX, true)] {
        let expected = if refused {
            vec![Reason::MinutesOutOfRange { most }]
        } else {
            vec![]
        };
        assert_eq!(
            day_reasons(&[entry(2, "WORKSHOP", minutes)]),
            expected,
            "{minutes}"
        );
    }
}

#[test]
fn projects_take_quarter_hours_only() {
    let world = World::of("esf_2014_2020_participant");
    assert_eq!(reasons(&world, &[entry(2, "WORKSHOP", 45)]), []);
    assert_eq!(
        reasons(&world, &[entry(2, "WORKSHOP", 50)]),
        [Reason::MinutesNotInUnit { unit: 15 }]
    );
}

#[test]
fn parallel_activities_share_the_day_cap_on_rounded_hours() {
    let entries = [
        entry(2, "WORKSHOP", 241),
        entry(2, "VAGLEDNING", 180),
        entry(2, "W2", 1),
        entry(3, "W2", 480),
    ];
    let over = Reason::DayOverCap {
        day: march(2),
        credited: 540,
        cap: 480,
    };
    assert_eq!(
        violations(&World::cooperation_history(), &entries),
        [Violation::of_entry(2, Field::Minutes, over)]
    );
    assert_eq!(day_reasons(&entries[..2]), []);
}

#[test]
fn refuses_a_day_and_activity_twice_and_names_the_first() {
    let entries = [
        entry(2, "WORKSHOP", 60),
        entry(3, "WORKSHOP", 60),
        entry(2, "WORKSHOP", 30),
    ];
    let twice = Violation::of_entry(2, Field::Activity, Reason::Duplicate { of: 0 });
    assert_eq!(violations(&World::cooperation_history(), &entries), [twice]);
}

#[test]
fn staff_have_a_year_cap() {
    let mut world = World::of("esf_plus_staff");
    let entries = [entry(2, "WORKSHOP", 600), entry(3, "WORKSHOP", 600)];
    world.elsewhere = 103_200 - 1200;
    assert_eq!(reasons(&world, &entries), []);
    world.elsewhere += 15;
    assert_eq!(
        violations(&world, &entries),
        [Violation::of_month(Reason::YearOverCap {
            credited: 103_215,
            cap: 103_200
        })]
    );
}

#[test]
fn only_some_rule_sets_take_a_month_without_hours() {
    for (rule_set, refused) in [
        ("cooperation_history", false),
        ("esf_2014_2020_staff", false),
        ("esf_plus_participant", false),
        ("esf_plus_staff", true),
    ] {
        let world = World::of(rule_set);
        let checked = check(&[], &world.frame(), Purpose::Submission);
        let expected = Violation::of_month(Reason::ZeroMonthNotSent);
        assert_eq!(checked.err(), refused.then(|| vec![expected]), "{rule_set}");
        assert!(check(&[], &world.frame(), Purpose::Draft).is_ok(), "{rule_set}");
    }
}

#[test]
fn tells_everything_at_once_in_order() {
    let mut world = World::cooperation_history();
    world.today = march(6);
    world.period.to = march(6);
    let entries = [
        entry(7, "STUDIEBESOK", 0),
        entry(2, "WORKSHOP", 480),
        entry(2, "WORKSHOP", 60),
    ];
    let expected = [
        Violation::of_entry(0, Field::Day, Reason::DayInFuture),
        Violation::of_entry(0, Field::Day, Reason::DayOutsidePlacement),
        Violation::of_entry(0, Field::Day, Reason::DayNotWorking),
        Violation::of_entry(0, Field::Activity, Reason::ActivityNotInPlan),
        Violation::of_entry(0, Field::Minutes, Reason::MinutesOutOfRange { most: 480 }),
        Violation::of_entry(2, Field::Activity, Reason::Duplicate { of: 1 }),
        Violation::of_entry(
            2,
            Field::Minutes,
            Reason::DayOverCap {
                day: march(2),
                credited: 540,
                cap: 480,
            },
        ),
    ];
    assert_eq!(violations(&world, &entries), expected);
}

fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
    let names = ["WORKSHOP", "VAGLEDNING", "W2", "STUDIEBESOK"];
    let one = (1_i8..=31, 0_usize..4, 0_u32..500);
    let one = one.prop_map(move |(day, name, minutes)| entry(day, names[name], minutes));
    proptest::collection::vec(one, 0..30)
}

proptest! {
    #[test]
    fn whatever_passes_holds_by_every_rule(entries in any_entries()) {
        let world = World::cooperation_history();
        let frame = world.frame();
        // What one entry breaks alone is taken out, so that the rules between entries are reached.
        let alone = |entry: &Entry| check(std::slice::from_ref(entry), &frame, Purpose::Draft).is_ok();
        let entries: Vec<Entry> = entries.into_iter().filter(alone).collect();
        match check(&entries, &frame, Purpose::Submission) {
            Ok(hours) => {
                prop_assert_eq!(hours.rows().len(), entries.len());
                for (day, rows) in hours.days() {
                    prop_assert!(frame.calendar.is_working_day(day));
                    prop_assert!(rows.iter().map(|row| row.credited_minutes).sum::<u16>() <= 480);
                    prop_assert!(rows.iter().all(|row| row.credited_minutes.is_multiple_of(60) && row.activity != code("STUDIEBESOK")));
                }
                prop_assert_eq!(check(&hours.entries(), &frame, Purpose::Submission).unwrap(), hours);
            }
            Err(violations) => {
                let between = |violation: &Violation| matches!(violation.reason, Reason::Duplicate { .. } | Reason::DayOverCap { .. });
                prop_assert!(violations.iter().all(between));
            }
        }
    }

    #[test]
    fn violations_are_in_order_and_point_into_the_draft(entries in any_entries()) {
        let world = World::cooperation_history();
        let found = violations(&world, &entries);
        let order: Vec<Option<usize>> = found.iter().map(|violation| violation.entry()).collect();
        prop_assert!(order.is_sorted());
        prop_assert!(order.iter().flatten().all(|index| *index < entries.len()));
        let has_place = |violation: &Violation| matches!(violation.place, Place::Entry { .. });
        prop_assert!(found.iter().all(has_place));
    }

    #[test]
    fn no_rule_set_lets_a_day_pass_its_cap(entries in any_entries(), chosen in 0_usize..5) {
        let codes = ["cooperation_history", "esf_2014_2020_participant", "esf_plus_participant", "esf_2014_2020_staff", "esf_plus_staff"];
        let world = World::of(codes[chosen]);
        if let Ok(hours) = check(&entries, &world.frame(), Purpose::Draft) {
            let cap = u32::from(world.rules.day_cap_minutes);
            for (_, rows) in hours.days() {
                prop_assert!(rows.iter().map(|row| u32::from(row.credited_minutes)).sum::<u32>() <= cap);
            }
        }
    }
}
