//! Persons with all that is held of them, for themselves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Instant;
use platform::keys::{KeyRing, OpenKey, Sealed, WrappedKey};
use sqlx::PgPool;
use uuid::Uuid;

use super::{NUMBER, open_name};
use crate::domain::ids::PersonId;
use crate::domain::number::PersonNumber;
use crate::domain::person::{Name, Person};
use crate::error::{Error, Result};

/// A person with name and numbers.
#[derive(Debug)]
pub struct OwnPerson {
    /// The person.
    pub person: Person,
    /// The name and when BankID told it last, if the person ever signed in.
    pub name: Option<(Name, Timestamp)>,
    /// Oldest first.
    pub numbers: Vec<OwnNumber>,
}

/// A number of a person.
#[derive(Debug)]
pub struct OwnNumber {
    /// The number.
    pub number: PersonNumber,
    /// When it was registered.
    pub recorded_at: Timestamp,
}

struct PersonRow {
    person_id: Uuid,
    wrapped_key: WrappedKey,
    registered_at: Instant,
    merged_into: Option<Uuid>,
    sealed_name: Option<Sealed>,
    named_at: Option<Instant>,
}

struct NumberRow {
    person_id: Uuid,
    sealed_number: Sealed,
    recorded_at: Instant,
}

/// These persons with their names and numbers, the one registered first coming first.
pub async fn own(pool: &PgPool, keys: &KeyRing, person_ids: &[Uuid], today: Date) -> Result<Vec<OwnPerson>> {
    let persons = sqlx::query_as!(
        PersonRow,
        r#"
        select person_id, wrapped_key as "wrapped_key: WrappedKey", registered_at as "registered_at: Instant",
            merged_into, sealed_name as "sealed_name: Sealed", named_at as "named_at: Instant"
        from persons where person_id = any($1) order by registered_at, person_id
        "#,
        person_ids
    )
    .fetch_all(pool)
    .await?;
    let mut numbers = numbers(pool, person_ids).await?;
    let open = |row: PersonRow| {
        let of_person = numbers.remove(&row.person_id).unwrap_or_default();
        row.open(keys, of_person, today)
    };
    persons.into_iter().map(open).collect()
}

impl PersonRow {
    fn open(self, keys: &KeyRing, numbers: Vec<NumberRow>, today: Date) -> Result<OwnPerson> {
        let (person_id, key) = (self.person_id, keys.open_key(&self.wrapped_key)?);
        let name = match (self.sealed_name, self.named_at) {
            (Some(sealed), Some(at)) => Some((open_name(&key, person_id, &sealed)?, at.timestamp())),
            (None, None) => None,
            _ => return Err(Error::inconsistent("persons", "named_at", person_id)),
        };
        let numbers = numbers.into_iter().map(|row| row.open(&key, today));
        Ok(OwnPerson {
            person: Person {
                person_id: PersonId::from_uuid(person_id),
                registered_at: self.registered_at.timestamp(),
                merged_into: self.merged_into.map(PersonId::from_uuid),
            },
            name,
            numbers: numbers.collect::<Result<_>>()?,
        })
    }
}

impl NumberRow {
    fn open(self, key: &OpenKey, today: Date) -> Result<OwnNumber> {
        let wrong = || Error::inconsistent("person_numbers", "sealed_number", self.person_id);
        let plain = key.open(NUMBER, self.person_id.as_bytes(), &self.sealed_number)?;
        let digits = std::str::from_utf8(&plain).map_err(|_| wrong())?;
        Ok(OwnNumber {
            number: PersonNumber::parse(digits, today).map_err(|_| wrong())?,
            recorded_at: self.recorded_at.timestamp(),
        })
    }
}

async fn numbers(pool: &PgPool, person_ids: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<NumberRow>>> {
    let rows = sqlx::query_as!(
        NumberRow,
        r#"
        select person_id, sealed_number as "sealed_number: Sealed", recorded_at as "recorded_at: Instant"
        from person_numbers where person_id = any($1) order by recorded_at, kind
        "#,
        person_ids
    )
    .fetch_all(pool)
    .await?;
    let mut by_person: BTreeMap<Uuid, Vec<NumberRow>> = BTreeMap::new();
    for row in rows {
        by_person.entry(row.person_id).or_default().push(row);
    }
    Ok(by_person)
}
