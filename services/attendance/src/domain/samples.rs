//! Parts of tests: one rule set, one placement, one plan, and any hours.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::activity::ActivityCode;
use super::hours::{Hours, Row};

pub fn code(text: &str) -> ActivityCode {
    ActivityCode::parse(text).unwrap()
}

/// A day of March 2026, which begins on a Sunday.
pub fn march(day: i8) -> Date {
    date(2026, 3, day)
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
