//! The rules of participants, pure: what decisions make of a placement, who sees it, what a plan may say, how names are
//! searched. Time is given as a day.

pub mod calendar;
pub mod decision;
pub mod facts;
pub mod ids;
pub mod period;
pub mod personal_number;
pub mod placement;
pub mod plan;
pub mod reference;
pub mod search;
pub mod visibility;
