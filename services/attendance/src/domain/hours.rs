//! The hours of a month that hold by the rules: rows of day, activity and minutes with what they are credited as, in one
//! fixed order, and their sums.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::activity::ActivityCode;
use super::entry::Entry;

/// A row that was checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    pub day: Date,
    pub activity: ActivityCode,
    /// As reported.
    pub minutes: u16,
    /// As counted: rounded by the rule set, in minutes.
    pub credited_minutes: u16,
}

/// Rows by day and activity, each pair once. No rows are a zero month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hours(Vec<Row>);

/// A day and activity stand twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day and activity stand twice")]
pub struct RowTwice;

impl Hours {
    /// Takes rows in any order, as a store returns them.
    pub fn parse(mut rows: Vec<Row>) -> Result<Self, RowTwice> {
        rows.sort();
        let is_twice = |pair: &[Row]| (pair[0].day, &pair[0].activity) == (pair[1].day, &pair[1].activity);
        if rows.windows(2).any(is_twice) {
            Err(RowTwice)
        } else {
            Ok(Self(rows))
        }
    }

    /// The same with what each row counts as in the place of the minutes reported.
    #[must_use]
    pub fn into_counted(self) -> Self {
        let counted = self.0.into_iter().map(|row| Row {
            minutes: row.credited_minutes,
            ..row
        });
        Self(counted.collect())
    }

    /// Rising by day, then by activity.
    pub fn rows(&self) -> &[Row] {
        &self.0
    }

    /// Whether the activity stands on the day.
    pub fn holds(&self, day: Date, activity: &ActivityCode) -> bool {
        let mut rows = self.0.iter();
        rows.any(|row| row.day == day && row.activity == *activity)
    }

    pub fn is_zero_month(&self) -> bool {
        self.0.is_empty()
    }

    /// The sum that counts.
    pub fn credited_minutes(&self) -> u32 {
        self.0.iter().map(|row| u32::from(row.credited_minutes)).sum()
    }

    /// Credited minutes per activity, rising by code.
    pub fn totals(&self) -> BTreeMap<&ActivityCode, u32> {
        let mut totals = BTreeMap::new();
        for row in &self.0 {
            *totals.entry(&row.activity).or_default() += u32::from(row.credited_minutes);
        }
        totals
    }

    /// The rows as they were entered, to be checked or changed again.
    pub fn entries(&self) -> Vec<Entry> {
        self.0.iter().map(Row::entry).collect()
    }

    /// The rows day by day, rising.
    pub fn days(&self) -> impl Iterator<Item = (Date, &[Row])> {
        self.0
            .chunk_by(|one, another| one.day == another.day)
            .map(|rows| (rows[0].day, rows))
    }
}

impl Row {
    /// What was entered.
    pub fn entry(&self) -> Entry {
        Entry {
            day: self.day,
            activity: self.activity.clone(),
            minutes: self.minutes.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::samples::{any_hours, row};

    #[test]
    fn rows_are_ordered_by_day_and_activity() {
        let hours = Hours::parse(vec![row(3, "B", 60), row(2, "B", 60), row(3, "A", 60)]).unwrap();
        let order: Vec<(i8, &str)> = hours
            .rows()
            .iter()
            .map(|row| (row.day.day(), row.activity.as_str()))
            .collect();
        assert_eq!(order, [(2, "B"), (3, "A"), (3, "B")]);
    }

    #[test]
    fn refuses_a_day_and_activity_twice() {
        assert_eq!(
            Hours::parse(vec![row(2, "A", 60), row(2, "A", 90)]),
            Err(RowTwice)
        );
    }

    #[test]
    fn no_rows_are_a_zero_month() {
        let zero = Hours::default();
        assert!(zero.is_zero_month() && zero.totals().is_empty());
        assert_eq!(zero.credited_minutes(), 0);
    }

    proptest! {
        #[test]
        fn totals_per_activity_and_per_day_are_the_total(hours in any_hours()) {
            prop_assert_eq!(hours.totals().values().sum::<u32>(), hours.credited_minutes());
            let by_day: u32 = hours
                .days()
                .flat_map(|(_, rows)| rows)
                .map(|row| u32::from(row.credited_minutes))
                .sum();
            prop_assert_eq!(by_day, hours.credited_minutes());
        }

        #[test]
        fn the_order_given_does_not_matter(hours in any_hours(), seed in any::<u64>()) {
            let mut rows = hours.rows().to_vec();
            let turn = usize::try_from(seed % 97).unwrap() % rows.len().max(1);
            rows.rotate_left(turn);
            rows.reverse();
            prop_assert_eq!(Hours::parse(rows).unwrap(), hours);
        }
    }
}
