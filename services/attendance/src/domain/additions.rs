//! What is offered beyond the forms that the programmes have today. Each addition is a switch; with all of them off people
//! find what they know: whole hours, entered by hand.

use serde::{Deserialize, Serialize};

use super::hours::Hours;

/// Which additions are on; all of them unless something else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Additions {
    /// Participants see the minutes reported beside the hours that count.
    pub minutes_shown: bool,
    /// Hours may be imported from a file of the provider's own system.
    pub hours_files: bool,
    /// Of such a file, months that are right may be taken without the others.
    pub partial_hours_files: bool,
    /// Participants may remark on rows of a month that they can answer.
    pub row_remarks: bool,
}

/// Something was asked for that is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{addition} is not offered")]
pub struct NotOffered {
    /// Name of the switch.
    pub addition: &'static str,
}

impl Default for Additions {
    fn default() -> Self {
        Self {
            minutes_shown: true,
            hours_files: true,
            partial_hours_files: true,
            row_remarks: true,
        }
    }
}

impl Additions {
    /// Whether a file of hours may be imported, and in part if that is asked for.
    pub const fn check_import(self, in_part: bool) -> Result<(), NotOffered> {
        if !self.hours_files {
            Err(NotOffered {
                addition: "hours_files",
            })
        } else if in_part && !self.partial_hours_files {
            Err(NotOffered {
                addition: "partial_hours_files",
            })
        } else {
            Ok(())
        }
    }

    /// Whether a row may be remarked on.
    pub const fn check_remark(self) -> Result<(), NotOffered> {
        if self.row_remarks {
            Ok(())
        } else {
            Err(NotOffered {
                addition: "row_remarks",
            })
        }
    }

    /// Hours as their participant sees them.
    pub fn shown(self, hours: Hours) -> Hours {
        if self.minutes_shown {
            hours
        } else {
            hours.into_counted()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::samples::any_hours;

    const NONE: Additions = Additions {
        minutes_shown: false,
        hours_files: false,
        partial_hours_files: false,
        row_remarks: false,
    };

    #[test]
    fn a_file_is_taken_whole_or_in_part_as_the_switches_say() {
        let of = |hours_files, partial_hours_files| Additions {
            hours_files,
            partial_hours_files,
            ..NONE
        };
        let refused = |addition| Err(NotOffered { addition });
        for (additions, whole, in_part) in [
            (of(true, true), Ok(()), Ok(())),
            (of(true, false), Ok(()), refused("partial_hours_files")),
            (of(false, true), refused("hours_files"), refused("hours_files")),
            (of(false, false), refused("hours_files"), refused("hours_files")),
        ] {
            assert_eq!(additions.check_import(false), whole, "{additions:?}");
            assert_eq!(additions.check_import(true), in_part, "{additions:?}");
        }
    }

    #[test]
    fn rows_are_remarked_on_where_that_is_on() {
        let refused = NotOffered {
            addition: "row_remarks",
        };
        assert_eq!(Additions::default().check_remark(), Ok(()));
        assert_eq!(NONE.check_remark(), Err(refused));
    }

    proptest! {
        #[test]
        fn without_minutes_nothing_but_what_counts_is_shown(hours in any_hours()) {
            let shown = NONE.shown(hours.clone());
            prop_assert!(shown.rows().iter().all(|row| row.minutes == row.credited_minutes));
            prop_assert_eq!(shown.totals(), hours.totals());
            prop_assert_eq!(Additions::default().shown(hours.clone()), hours);
        }
    }
}
