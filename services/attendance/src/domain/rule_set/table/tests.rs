//! The table against the design's, and tables that are refused.

use jiff::civil::date;

use super::super::*;
use super::*;

fn find(code: &str) -> RuleSet {
    let month = Month::parse(2022, 1).unwrap();
    let sets = RuleSets::initial();
    sets.find(&RuleSetCode::parse(code).unwrap(), month)
        .unwrap()
        .clone()
}

fn refused(change: impl FnOnce(&str) -> String) -> TableFault {
    RuleSets::parse(&change(include_str!("../rule_sets.toml"))).unwrap_err()
}

#[test]
fn the_five_rule_sets_have_the_columns_of_the_design() {
    use {
        ActivitiesRule as A, DaysAllowed as D, DisclosureBasis as B, Reporter as R, TimeUnit as U,
        ZeroMonth as Z,
    };
    let approves = SecondStep::ParticipantApproves { within_months: 3 };
    for (code, reporter, unit, cap, year, days, activities, zero, step, basis) in [
        (
            "cooperation_history",
            R::Supervisor,
            U::WholeHours,
            8,
            None,
            D::WorkingDays,
            A::PlanInForce,
            Z::RowAtRecipient,
            approves,
            B::ConsentPerRecipient,
        ),
        (
            "esf_2014_2020_participant",
            R::Participant,
            U::QuarterHours,
            24,
            None,
            D::AnyDay,
            A::ProjectActivities,
            Z::Allowed,
            SecondStep::CounterSign,
            B::ReportingDuty,
        ),
        (
            "esf_plus_participant",
            R::Participant,
            U::QuarterHours,
            24,
            None,
            D::AnyDay,
            A::ProjectActivities,
            Z::Allowed,
            SecondStep::CounterSign,
            B::ReportingDuty,
        ),
        (
            "esf_2014_2020_staff",
            R::Employee,
            U::QuarterHours,
            24,
            Some(1662),
            D::AnyDay,
            A::ProjectTasks,
            Z::Allowed,
            SecondStep::CounterSign,
            B::None,
        ),
        (
            "esf_plus_staff",
            R::Employee,
            U::QuarterHours,
            13,
            Some(1720),
            D::AnyDay,
            A::FixedTasks,
            Z::NotSent,
            SecondStep::None,
            B::None,
        ),
    ] {
        let row = find(code);
        assert_eq!(
            (row.reporter, row.unit, row.days, row.activities),
            (reporter, unit, days, activities),
            "{code}"
        );
        assert_eq!(
            (row.zero_month, row.second_step, row.disclosure),
            (zero, step, basis),
            "{code}"
        );
        assert_eq!(row.day_cap_minutes, cap * 60, "{code}");
        assert_eq!(row.year_cap_minutes, year.map(|hours: u32| hours * 60), "{code}");
    }
}

#[test]
fn results_follow_the_design() {
    assert_eq!(find("cooperation_history").results, [ResultKind::Export]);
    assert_eq!(
        find("esf_plus_participant").results,
        [ResultKind::Certificate, ResultKind::StatisticsValues]
    );
    assert_eq!(find("esf_plus_staff").results, [ResultKind::TimeSheet]);
}

#[test]
fn a_month_follows_the_row_of_its_first_day() {
    let sets = RuleSets::initial();
    let code = RuleSetCode::parse("esf_2014_2020_staff").unwrap();
    let month = |year, number| Month::parse(year, number).unwrap();
    assert!(sets.find(&code, month(2013, 12)).is_none());
    assert_eq!(
        sets.find(&code, month(2023, 12)).unwrap().validity.to(),
        Some(date(2023, 12, 31))
    );
    assert!(sets.find(&code, month(2024, 1)).is_none());
    assert!(
        sets.find(&RuleSetCode::parse("other").unwrap(), month(2022, 1))
            .is_none()
    );
}

#[test]
fn two_rows_of_a_code_never_hold_together() {
    let fault = refused(|text| text.replace("esf_plus_staff", "esf_plus_participant"));
    assert!(matches!(fault, TableFault::Overlapping { .. }));
}

#[test]
fn refuses_what_contradicts_itself() {
    let fault = refused(|text| text.replace("day_cap_minutes = 480", "day_cap_minutes = 490"));
    assert!(matches!(fault, TableFault::CapOffUnit { .. }));
    let fault = refused(|text| text.replace("closes_after_months = 4", "closes_after_months = 0"));
    assert!(matches!(fault, TableFault::WindowImpossible { .. }));
    let fault = refused(|text| text.replace("reporter", "reporters"));
    assert!(matches!(fault, TableFault::Malformed(_)));
}
