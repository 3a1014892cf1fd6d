//! What attendance decides, without database, network or clock: which days and hours may be reported, how a month goes
//! from draft to answer, what exactly is signed, and what a provider's file brings into drafts.

pub mod activity;
pub mod additions;
pub mod calendar;
pub mod day;
pub mod entry;
pub mod hours;
pub mod hours_file;
pub mod ids;
pub mod merge;
pub mod month;
pub mod payment;
pub mod personal_number;
pub mod placement;
pub mod plan;
pub mod remark;
pub mod report;
pub mod rule_set;
pub mod validity;
pub mod visible;

#[cfg(test)]
mod samples;

/// What a command did to an aggregate: a repeated one finds it as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    Changed(T),
    Already(T),
}

impl<T> Outcome<T> {
    pub fn into_inner(self) -> T {
        match self {
            Self::Changed(aggregate) | Self::Already(aggregate) => aggregate,
        }
    }

    pub const fn is_changed(&self) -> bool {
        match self {
            Self::Changed(_) => true,
            Self::Already(_) => false,
        }
    }
}
