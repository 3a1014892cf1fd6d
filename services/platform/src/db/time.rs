//! jiff's instants and days as PostgreSQL stores them: microseconds and days since the first day of 2000. sqlx.toml maps
//! `timestamptz` and `date` to these wrappers, so that no query names a type.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Unit};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

/// Microseconds from the Unix epoch to PostgreSQL's.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

// The types are named by their object ids, which never change; by name each connection would look them up.

/// PostgreSQL's first day.
const EPOCH_DAY: Date = Date::constant(2000, 1, 1);

/// An instant (`timestamptz`), to the microsecond: what is read equals what was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

/// A day of the calendar (`date`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

// === impl Instant ===

impl Instant {
    /// The instant as jiff's.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl From<Timestamp> for Instant {
    fn from(exact: Timestamp) -> Self {
        let microseconds = exact.as_microsecond();
        Self(
            Timestamp::from_microsecond(microseconds)
                .expect("the microseconds of an instant make an instant"),
        )
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        instant.0
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1184))
    }
}

impl PgHasArrayType for Instant {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1185))
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.as_microsecond() - EPOCH_MICROSECONDS, buffer)
    }

    fn size_hint(&self) -> usize {
        size_of::<i64>()
    }
}

impl<'r> Decode<'r, Postgres> for Instant {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        if matches!(value.format(), PgValueFormat::Text) {
            return Ok(Self(value.as_str()?.parse()?));
        }
        let since_epoch: i64 = Decode::<Postgres>::decode(value)?;
        let microseconds = since_epoch
            .checked_add(EPOCH_MICROSECONDS)
            .ok_or("the instant is infinite")?;
        Ok(Self(Timestamp::from_microsecond(microseconds)?))
    }
}

// === impl Day ===

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl Type<Postgres> for Day {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1082))
    }
}

impl PgHasArrayType for Day {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1182))
    }
}

impl Encode<'_, Postgres> for Day {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let days = self.0.since((Unit::Day, EPOCH_DAY))?.get_days();
        Encode::<Postgres>::encode(days, buffer)
    }

    fn size_hint(&self) -> usize {
        size_of::<i32>()
    }
}

impl<'r> Decode<'r, Postgres> for Day {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        if matches!(value.format(), PgValueFormat::Text) {
            return Ok(Self(value.as_str()?.parse()?));
        }
        let days: i32 = Decode::<Postgres>::decode(value)?;
        Ok(Self(
            EPOCH_DAY.checked_add(SignedDuration::from_hours(24 * i64::from(days)))?,
        ))
    }
}
