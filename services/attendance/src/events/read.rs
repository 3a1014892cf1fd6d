//! Parts that records of several topics share. A record that cannot be read is parked with a short reason.

use std::str::FromStr;

use jiff::civil::Date;
use platform::consumer::ApplyError;
use platform::grpc::convert;
use proto::types::v1 as types;

use crate::domain::validity::Validity;

pub fn unreadable(reason: &'static str) -> ApplyError {
    ApplyError::Unappliable { reason }
}

pub fn id<T: FromStr>(text: &str) -> Result<T, ApplyError> {
    text.parse().map_err(|_| unreadable("id_malformed"))
}

pub fn day(day: Option<types::Day>) -> Result<Date, ApplyError> {
    convert::day("day", day).map_err(|_| unreadable("day_malformed"))
}

pub fn validity(validity: Option<types::Validity>) -> Result<Validity, ApplyError> {
    let read = convert::validity("validity", validity).map_err(|_| unreadable("validity_malformed"))?;
    Validity::parse(read.from, read.to).map_err(|_| unreadable("validity_malformed"))
}
