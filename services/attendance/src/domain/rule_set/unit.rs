//! The unit of time a rule set counts in.

use serde::Deserialize;

/// Whole hours or quarter hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Each row counts as whole hours, rounded up: a quarter of an hour is an hour.
    WholeHours,
    /// Each row is given in quarter hours. Other values are refused, not rounded: the sheet is the proof of a cost, and
    /// what was not worked must not be in it.
    QuarterHours,
}

impl TimeUnit {
    /// Minutes of one unit.
    pub const fn minutes(self) -> u16 {
        match self {
            Self::WholeHours => 60,
            Self::QuarterHours => 15,
        }
    }

    /// Whether a row may have so many minutes.
    pub const fn takes(self, minutes: u32) -> bool {
        match self {
            Self::WholeHours => true,
            Self::QuarterHours => minutes.is_multiple_of(15),
        }
    }

    /// What so many minutes of one row count as, in minutes.
    pub const fn credit(self, minutes: u16) -> u16 {
        minutes.div_ceil(self.minutes()).saturating_mul(self.minutes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_hours_are_rounded_up() {
        for (minutes, credited) in [
            (0, 0),
            (1, 60),
            (15, 60),
            (59, 60),
            (60, 60),
            (61, 120),
            (421, 480),
            (480, 480),
        ] {
            assert_eq!(TimeUnit::WholeHours.credit(minutes), credited, "{minutes}");
        }
    }

    #[test]
    fn quarter_hours_are_taken_as_they_are_or_not_at_all() {
        for minutes in [15, 30, 45, 780] {
            assert!(TimeUnit::QuarterHours.takes(minutes));
        }
        for minutes in [1, 14, 16, 59] {
            assert!(!TimeUnit::QuarterHours.takes(minutes));
        }
    }

    proptest! {
        #[test]
        fn credit_is_the_next_unit_and_stays_there(minutes in 0_u16..=1440) {
            for unit in [TimeUnit::WholeHours, TimeUnit::QuarterHours] {
                let credited = unit.credit(minutes);
                prop_assert!(credited >= minutes && credited - minutes < unit.minutes());
                prop_assert_eq!(credited % unit.minutes(), 0);
                prop_assert_eq!(unit.credit(credited), credited);
            }
        }
    }
}
