//! What is read without a change, a file per list or thing. Reads of participants' data by others are told of in the
//! transaction of the read.

pub mod activities;
pub mod month;
pub mod months;
pub mod own_months;
pub mod own_records;
pub mod own_revision;
pub mod payment_bases;
