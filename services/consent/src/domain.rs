//! What consent decides, without database, network or clock: consents and how they end, which rows may leave, how an
//! attempt to send ends, what a withdrawal tells, and the way of a month to its recipient.

pub mod calendar;
pub mod consent;
pub mod disclosure;
pub mod document;
pub mod explain;
pub mod ids;
pub mod month;
pub mod recipient;
pub mod report;
pub mod rows;
pub mod sending;
pub mod text;
pub mod withdrawal;
