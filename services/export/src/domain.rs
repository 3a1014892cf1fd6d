//! The rules of export, without database, network or clock: which report is a row, how rows become parts, how a part
//! goes from stage to stage, and what a receipt says.

pub mod ids;
pub mod month;
pub mod part;
pub mod plan;
pub mod reason;
pub mod receipt;
pub mod recipient;
pub mod row;
pub mod settlement;
pub mod stage;
