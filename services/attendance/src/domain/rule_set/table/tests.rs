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

// Everything but results and window.
type Columns = (
    Reporter,
    TimeUnit,
    u16,
    Option<u32>,
    DaysAllowed,
    ActivitiesRule,
    ZeroMonth,
    SecondStep,
    DisclosureBasis,
);

fn columns(code: &str) -> Columns {
    let row = find(code);
    (
        row.reporter,
        row.unit,
        row.day_cap_minutes / 60,
        row.year_cap_minutes.map(|minutes| minutes / 60),
        row.days,
        row.activities,
        row.zero_month,
        row.second_step,
        row.disclosure,
    )
}

#[test]
fn cooperation_history_has_the_columns_of_the_design() {
    let expected = (
        Reporter::Supervisor,
        TimeUnit::WholeHours,
        8,
        None,
        DaysAllowed::WorkingDays,
        ActivitiesRule::PlanInForce,
        ZeroMonth::RowAtRecipient,
        SecondStep::ParticipantApproves { within_months: 3 },
        DisclosureBasis::ConsentPerRecipient,
    );
    assert_eq!(columns("cooperation_history"), expected);
}

#[test]
fn participants_of_projects_have_the_columns_of_the_design() {
    let expected = (
        Reporter::Participant,
        TimeUnit::QuarterHours,
        24,
        None,
        DaysAllowed::AnyDay,
        ActivitiesRule::ProjectActivities,
        ZeroMonth::Allowed,
        SecondStep::CounterSign,
        DisclosureBasis::ReportingDuty,
    );
    assert_eq!(columns("esf_2014_2020_participant"), expected);
    assert_eq!(columns("esf_plus_participant"), expected);
}

#[test]
fn staff_of_projects_have_the_columns_of_the_design() {
    let older = (
        Reporter::Employee,
        TimeUnit::QuarterHours,
        24,
        Some(1662),
        DaysAllowed::AnyDay,
        ActivitiesRule::ProjectTasks,
        ZeroMonth::Allowed,
        SecondStep::CounterSign,
        DisclosureBasis::None,
    );
    let newer = (
        Reporter::Employee,
        TimeUnit::QuarterHours,
        13,
        Some(1720),
        DaysAllowed::AnyDay,
        ActivitiesRule::FixedTasks,
        ZeroMonth::NotSent,
        SecondStep::None,
        DisclosureBasis::None,
    );
    assert_eq!(columns("esf_2014_2020_staff"), older);
    assert_eq!(columns("esf_plus_staff"), newer);
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
