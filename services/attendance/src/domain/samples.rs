//! Parts of tests: rule sets, a catalogue, a placement with its plan, a frame around them, and any hours.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::activity::{Activity, ActivityCode, ActivityName, Catalogue};
use super::calendar::Calendar;
use super::entry::{Entry, Frame};
use super::hours::{Hours, Row};
use super::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, SignatureId, UnitId};
use super::month::Month;
use super::placement::Period;
use super::plan::{PlannedActivity, SentPlan};
use super::report::{MonthReport, Subject};
use super::rule_set::{RuleSet, RuleSetCode, RuleSets};
use super::validity::Validity;

static RULE_SETS: LazyLock<RuleSets> = LazyLock::new(RuleSets::initial);
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::initial);

/// What a frame borrows.
pub struct World {
    pub rules: RuleSet,
    pub catalogue: Catalogue,
    pub plans: Vec<SentPlan>,
    pub period: Period,
    pub today: Date,
    pub elsewhere: u32,
}

impl World {
    /// March 2026 of a placement whose plan names WORKSHOP, VAGLEDNING, PARALLELL_SFI and W2, seen on 10 April.
    pub fn of(rule_set: &str) -> Self {
        let code = RuleSetCode::parse(rule_set).unwrap();
        let month = Month::parse(2022, 1).unwrap();
        Self {
            rules: RULE_SETS.find(&code, month).unwrap().clone(),
            catalogue: CATALOGUE.iter().cloned().chain([w2()]).collect(),
            plans: vec![plan(1, &["WORKSHOP", "VAGLEDNING", "PARALLELL_SFI", "W2"])],
            period: Period {
                from: date(2026, 1, 7),
                to: date(2026, 9, 30),
                interrupted_on: None,
            },
            today: date(2026, 4, 10),
            elsewhere: 0,
        }
    }

    pub fn cooperation_history() -> Self {
        Self::of("cooperation_history")
    }

    pub fn frame(&self) -> Frame<'_> {
        Frame {
            rules: &self.rules,
            month: month(2026, 3),
            today: self.today,
            calendar: Calendar::default(),
            period: self.period,
            is_correction: false,
            catalogue: &self.catalogue,
            plans: &self.plans,
            credited_elsewhere_in_year: self.elsewhere,
        }
    }
}

/// A plan in force from 1 January 2026, sent that day.
pub fn plan(version: u32, codes: &[&str]) -> SentPlan {
    let planned = |text: &&str| PlannedActivity {
        code: code(text),
        validity: Validity::open(date(2026, 1, 1)),
    };
    SentPlan {
        version,
        sent_at: at("2026-01-01T09:00:00Z"),
        in_force_from: date(2026, 1, 1),
        activities: codes.iter().map(planned).collect(),
    }
}

fn w2() -> Activity {
    Activity {
        code: code("W2"),
        validity: Validity::open(date(2020, 1, 1)),
        name_sv: ActivityName::parse("Påbyggnad").unwrap(),
        name_en: ActivityName::parse("Extension").unwrap(),
        always: false,
        only_under_newer_plan: false,
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn month(year: i32, number: i32) -> Month {
    Month::parse(year, number).unwrap()
}

pub fn code(text: &str) -> ActivityCode {
    ActivityCode::parse(text).unwrap()
}

/// A day of March 2026, which begins on a Sunday.
pub fn march(day: i8) -> Date {
    date(2026, 3, day)
}

pub fn entry(day: i8, activity: &str, minutes: u32) -> Entry {
    Entry {
        day: march(day),
        activity: code(activity),
        minutes,
    }
}

/// A row of March 2026, credited in whole hours.
pub fn row(day: i8, activity: &str, minutes: u16) -> Row {
    Row {
        day: march(day),
        activity: code(activity),
        minutes,
        credited_minutes: minutes.div_ceil(60) * 60,
    }
}

pub fn hours(rows: &[(i8, &str, u16)]) -> Hours {
    let rows = rows
        .iter()
        .map(|(day, activity, minutes)| row(*day, activity, *minutes));
    Hours::parse(rows.collect()).unwrap()
}

/// An id made of one digit, so that expectations can be written down.
pub fn uuid(digit: u8) -> String {
    let digit = char::from(b'0' + digit).to_string();
    [8, 4, 4, 4, 12].map(|length| digit.repeat(length)).join("-")
}

pub fn signature_id(digit: u8) -> SignatureId {
    SignatureId::parse(&uuid(digit)).unwrap()
}

pub fn subject() -> Subject {
    Subject {
        placement_id: PlacementId::parse(&uuid(2)).unwrap(),
        person_id: PersonId::parse(&uuid(3)).unwrap(),
        organisation_id: OrganisationId::parse(&uuid(4)).unwrap(),
        unit_id: UnitId::parse(&uuid(5)).unwrap(),
    }
}

/// March 2026 without draft and revisions.
pub fn report() -> MonthReport {
    let id = MonthReportId::parse(&uuid(1)).unwrap();
    let rules = RuleSetCode::parse("cooperation_history").unwrap();
    MonthReport::begin(id, subject(), month(2026, 3), rules)
}

/// The report with these hours submitted as its next revision.
pub fn submitted(report: MonthReport, hours: &Hours, now: &str) -> MonthReport {
    let world = World::cooperation_history();
    let report = match report.begin_correction(Hours::default(), &world.rules, world.today) {
        Ok(corrected) => corrected.into_inner(),
        Err(_) => self::report(),
    };
    let seen = report.etag;
    let drafted = report.save_draft(seen, hours.clone()).unwrap().into_inner();
    let seen = drafted.etag;
    drafted.submit(seen, &world.frame(), at(now)).unwrap().0
}

/// Hours of any days of March 2026 and any of some activities.
pub fn any_hours() -> impl Strategy<Value = Hours> {
    let pairs = proptest::collection::btree_map((1_i8..=31, 0_usize..4), 1_u16..=480, 0..40);
    pairs.prop_map(|pairs| {
        let names = ["WORKSHOP", "VAGLEDNING", "PARALLELL_SFI", "W2"];
        let rows = pairs
            .into_iter()
            .map(|((day, name), minutes)| row(day, names[name], minutes));
        Hours::parse(rows.collect()).unwrap()
    })
}
