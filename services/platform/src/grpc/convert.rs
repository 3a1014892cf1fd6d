//! Parsers for what every request holds: ids, texts, codes, days, validity, request ids and etags. Each answers with the
//! value or with the violation of its field; none repeats the value in an error.

pub mod mask;
pub mod page;

use std::str::FromStr;

use jiff::civil::Date;
use proto::errors::v1::ErrorReason;
use proto::types::v1 as types;
use uuid::Uuid;

use super::{FieldViolation, Rejection};
use crate::outbox::Revision;

pub use mask::mask;
pub use page::{Page, page};

const REQUEST_ID_LENGTH: usize = 36;

/// Whole days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Date,
    /// Last day; None until further notice.
    pub to: Option<Date>,
}

/// A message that must be there.
pub fn required<T>(path: &str, value: Option<T>) -> Result<T, FieldViolation> {
    value.ok_or_else(|| FieldViolation::new(path, ErrorReason::FieldRequired))
}

/// An id of a kind made by `typed_id!`, or a plain UUID.
pub fn id<T: FromStr>(path: &str, text: &str) -> Result<T, FieldViolation> {
    if text.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    text.parse()
        .map_err(|_| FieldViolation::new(path, ErrorReason::FieldMalformed))
}

/// Ids in a list; the violation names the first wrong element.
pub fn ids<T: FromStr>(path: &str, texts: &[String]) -> Result<Vec<T>, FieldViolation> {
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| id(&format!("{path}[{index}]"), text))
        .collect()
}

/// The id that makes a write repeatable.
pub fn request_id(path: &str, text: &str) -> Result<Uuid, FieldViolation> {
    if text.len() > REQUEST_ID_LENGTH {
        return Err(FieldViolation::new(path, ErrorReason::FieldMalformed));
    }
    id(path, text)
}

/// A text that must be there, without blanks around it, of at most `limit` characters and without control characters.
pub fn text(path: &str, text: &str, limit: usize) -> Result<String, FieldViolation> {
    match optional_text(path, text, limit)? {
        Some(text) => Ok(text),
        None => Err(FieldViolation::new(path, ErrorReason::FieldRequired)),
    }
}

/// Like [`text`], where nothing may stand.
pub fn optional_text(path: &str, text: &str, limit: usize) -> Result<Option<String>, FieldViolation> {
    let text = text.trim();
    if text.chars().count() > limit {
        return Err(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", limit));
    }
    if text
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
    {
        return Err(FieldViolation::new(path, ErrorReason::FieldMalformed));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A value of an enumeration of the contract; the unspecified one counts as missing.
pub fn known<E: TryFrom<i32>>(path: &str, value: i32) -> Result<E, FieldViolation> {
    if value == 0 {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    E::try_from(value).map_err(|_| FieldViolation::new(path, ErrorReason::FieldUnknownValue))
}

/// A calendar day that must be there.
pub fn day(path: &str, day: Option<types::Day>) -> Result<Date, FieldViolation> {
    let day = required(path, day)?;
    let impossible = || FieldViolation::new(path, ErrorReason::DayImpossible);
    if !(1000..=9999).contains(&day.year) {
        return Err(impossible());
    }
    let part = |number: i32| i8::try_from(number).map_err(|_| impossible());
    let year = i16::try_from(day.year).map_err(|_| impossible())?;
    Date::new(year, part(day.month)?, part(day.day)?).map_err(|_| impossible())
}

/// A validity that must be there, its ends in order.
pub fn validity(path: &str, validity: Option<types::Validity>) -> Result<Validity, FieldViolation> {
    let validity = required(path, validity)?;
    let from = day(&format!("{path}.from"), validity.from)?;
    let last = format!("{path}.to");
    let to = validity.to.map(|to| day(&last, Some(to))).transpose()?;
    if to.is_some_and(|to| to < from) {
        return Err(FieldViolation::new(last, ErrorReason::ValidityReversed));
    }
    Ok(Validity { from, to })
}

/// A calendar day for the wire.
pub fn to_day(date: Date) -> types::Day {
    types::Day {
        year: date.year().into(),
        month: date.month().into(),
        day: date.day().into(),
    }
}

/// A validity for the wire.
pub fn to_validity(validity: Validity) -> types::Validity {
    types::Validity {
        from: Some(to_day(validity.from)),
        to: validity.to.map(to_day),
    }
}

/// An instant for the wire.
pub fn to_timestamp(instant: jiff::Timestamp) -> prost_types::Timestamp {
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    // The wire counts nanoseconds forwards also before 1970.
    if nanos < 0 {
        return prost_types::Timestamp {
            seconds: seconds - 1,
            nanos: nanos + 1_000_000_000,
        };
    }
    prost_types::Timestamp { seconds, nanos }
}

/// An instant from the wire; None where it is absent or out of range.
pub fn timestamp(wire: Option<&prost_types::Timestamp>) -> Option<jiff::Timestamp> {
    let wire = wire?;
    jiff::Timestamp::new(wire.seconds, wire.nanos).ok()
}

/// A revision for the wire.
pub fn to_revision(revision: Revision) -> types::Revision {
    types::Revision {
        epoch: revision.epoch,
        n: revision.n,
    }
}

/// The etag of a thing in a revision.
pub fn etag(revision: Revision) -> String {
    format!("{}.{}", revision.epoch, revision.n)
}

/// Refuses a write that was meant for another revision. An empty etag asks for no check.
pub fn check_etag(given: &str, current: Revision) -> Result<(), Rejection> {
    if given.is_empty() || given == etag(current) {
        return Ok(());
    }
    Err(Rejection::conflict(ErrorReason::EtagMismatch))
}

#[cfg(test)]
mod tests;
