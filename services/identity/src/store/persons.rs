//! Persons and their numbers. A number is found by its keyed hash alone and opened for signing and recipients only.

mod own;

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{Instant, Tx};
use platform::keys::{KeyRing, OpenKey, Purpose, Sealed, WrappedKey};
use sqlx::PgExecutor;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::ids::PersonId;
use crate::domain::number::PersonNumber;
use crate::domain::person::{Name, Person};
use crate::error::{Error, Result};

pub use self::own::{OwnNumber, OwnPerson, own};

const NUMBER_HASH: Purpose = Purpose::new("person.number_hash");
const NUMBER: Purpose = Purpose::new("person.number");
const NAME: Purpose = Purpose::new("person.name");

/// The persons of some numbers.
#[derive(Debug)]
pub struct Registration {
    /// In the order of the numbers.
    pub person_ids: Vec<PersonId>,
    /// Those that did not exist before.
    pub new: Vec<Person>,
}

/// A person with number and name, for those who may know them.
pub struct Resolved {
    /// The id that was asked for.
    pub person_id: PersonId,
    /// Twelve digits.
    pub number: Zeroizing<String>,
    /// The name, if the person ever signed in.
    pub name: Option<Name>,
}

struct NewNumber<'a> {
    hash: [u8; 32],
    number: &'a PersonNumber,
    person_id: PersonId,
    wrapped_key: WrappedKey,
    sealed: Sealed,
}

struct ResolvedRow {
    asked_id: Uuid,
    number_owner: Uuid,
    number_key: WrappedKey,
    sealed_number: Sealed,
    person_id: Uuid,
    wrapped_key: WrappedKey,
    sealed_name: Option<Sealed>,
}

/// The person of each number; unknown numbers get a new one. Rivals for a number end with the same person.
pub async fn find_or_register(tx: &mut Tx, keys: &KeyRing, numbers: &[PersonNumber]) -> Result<Registration> {
    let hashes: Vec<[u8; 32]> = numbers
        .iter()
        .map(|number| keys.mac(NUMBER_HASH, number.digits().as_bytes()))
        .collect();
    // Sorted, so that two batches claim the numbers they share in the same order.
    let distinct: BTreeMap<[u8; 32], &PersonNumber> = hashes.iter().copied().zip(numbers).collect();
    let mut known = find(&mut **tx, distinct.keys()).await?;
    let missing = distinct.into_iter().filter(|(hash, _)| !known.contains_key(hash));
    let wanted: Vec<NewNumber<'_>> = missing
        .map(|(hash, number)| prepare(tx, keys, hash, number))
        .collect();
    let claimed = claim(tx, &wanted).await?;
    let new = insert_persons(
        tx,
        wanted.iter().filter(|number| claimed.contains_key(&number.hash)),
    )
    .await?;
    known.extend(claimed);
    let rivals: Vec<_> = hashes.iter().filter(|hash| !known.contains_key(*hash)).collect();
    known.extend(find(&mut **tx, rivals).await?);
    let person_ids = hashes.iter().map(|hash| known.get(hash).copied());
    let person_ids = person_ids
        .collect::<Option<_>>()
        .ok_or_else(|| Error::inconsistent("person_numbers", "number_hash", "?"))?;
    Ok(Registration { person_ids, new })
}

/// The id under which a person goes on.
pub async fn canonical(executor: impl PgExecutor<'_>, person_id: PersonId) -> Result<PersonId> {
    let id = sqlx::query_scalar!(
        r#"select coalesce(merged_into, person_id) as "id!" from persons where person_id = $1"#,
        person_id.as_uuid()
    )
    .fetch_optional(executor)
    .await?;
    id.map(PersonId::from_uuid).ok_or(Error::NotFound("person"))
}

/// The other ids of the same person.
pub async fn aliases(executor: impl PgExecutor<'_>, person_id: PersonId) -> Result<Vec<PersonId>> {
    let ids = sqlx::query_scalar!(
        r#"
        select person_id from persons
        where coalesce(merged_into, person_id) =
            (select coalesce(merged_into, person_id) from persons where person_id = $1) and person_id <> $1
        order by person_id
        "#,
        person_id.as_uuid()
    )
    .fetch_all(executor)
    .await?;
    Ok(ids.into_iter().map(PersonId::from_uuid).collect())
}

/// Whether there is such a person.
pub async fn exists(executor: impl PgExecutor<'_>, person_id: PersonId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from persons where person_id = $1) as "found!""#,
        person_id.as_uuid()
    );
    Ok(found.fetch_one(executor).await?)
}

/// The key that everything of a person is sealed under.
pub async fn key_of(executor: impl PgExecutor<'_>, keys: &KeyRing, person_id: PersonId) -> Result<OpenKey> {
    let wrapped = sqlx::query_scalar!(
        r#"select wrapped_key as "key: WrappedKey" from persons where person_id = $1"#,
        person_id.as_uuid()
    )
    .fetch_one(executor)
    .await?;
    Ok(keys.open_key(&wrapped)?)
}

/// Keeps the name as BankID told it.
pub async fn set_name(tx: &mut Tx, keys: &KeyRing, person_id: PersonId, name: &Name) -> Result<()> {
    let now = Instant::from(tx.now());
    let plain = Zeroizing::new(serde_json::to_vec(name).expect("a name is two texts"));
    let sealed = key_of(&mut **tx, keys, person_id)
        .await?
        .seal(NAME, person_id.as_uuid().as_bytes(), &plain);
    sqlx::query!(
        "update persons set sealed_name = $2, named_at = $3 where person_id = $1",
        person_id.as_uuid(),
        sealed as _,
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Number and name of persons, under the ids that were asked for. Unknown ids are left out.
pub async fn resolve(
    executor: impl PgExecutor<'_>,
    keys: &KeyRing,
    person_ids: &[PersonId],
) -> Result<Vec<Resolved>> {
    let ids: Vec<Uuid> = person_ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        ResolvedRow,
        r#"
        select asked.person_id as "asked_id!", owner.person_id as number_owner,
            owner.wrapped_key as "number_key: WrappedKey", latest.sealed_number as "sealed_number: Sealed",
            person.person_id, person.wrapped_key as "wrapped_key: WrappedKey",
            person.sealed_name as "sealed_name: Sealed"
        from unnest($1::uuid[]) with ordinality as asked (person_id, place)
        join persons self on self.person_id = asked.person_id
        join persons person on person.person_id = coalesce(self.merged_into, self.person_id)
        join lateral (
            select n.person_id, n.sealed_number from person_numbers n join persons p using (person_id)
            where coalesce(p.merged_into, p.person_id) = person.person_id
            order by n.recorded_at desc, n.kind desc limit 1
        ) latest on true
        join persons owner on owner.person_id = latest.person_id
        order by asked.place
        "#,
        &ids,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// One page of persons in the order of their ids, for publishing them again.
pub async fn page(executor: impl PgExecutor<'_>, after: Option<PersonId>, limit: i64) -> Result<Vec<Person>> {
    let rows = sqlx::query!(
        r#"
        select person_id, registered_at as "registered_at: Instant", merged_into from persons
        where $1::uuid is null or person_id > $1 order by person_id limit $2 for update
        "#,
        after.map(PersonId::as_uuid),
        limit,
    )
    .fetch_all(executor)
    .await?;
    let person = rows.into_iter().map(|row| Person {
        person_id: PersonId::from_uuid(row.person_id),
        registered_at: row.registered_at.timestamp(),
        merged_into: row.merged_into.map(PersonId::from_uuid),
    });
    Ok(person.collect())
}

impl ResolvedRow {
    fn open(self, keys: &KeyRing) -> Result<Resolved> {
        let asked = self.asked_id;
        let plain = keys.open_key(&self.number_key)?.open(
            NUMBER,
            self.number_owner.as_bytes(),
            &self.sealed_number,
        )?;
        let number = String::from_utf8(plain.to_vec()).map(Zeroizing::new);
        let number = number.map_err(|_| Error::inconsistent("person_numbers", "sealed_number", asked))?;
        let name = self
            .sealed_name
            .map(|sealed| open_name(&keys.open_key(&self.wrapped_key)?, self.person_id, &sealed))
            .transpose()?;
        Ok(Resolved {
            person_id: PersonId::from_uuid(asked),
            number,
            name,
        })
    }
}

fn open_name(key: &OpenKey, person_id: Uuid, sealed: &Sealed) -> Result<Name> {
    let plain = key.open(NAME, person_id.as_bytes(), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| Error::inconsistent("persons", "sealed_name", person_id))
}

fn prepare<'a>(tx: &Tx, keys: &KeyRing, hash: [u8; 32], number: &'a PersonNumber) -> NewNumber<'a> {
    let person_id = PersonId::from_uuid(tx.new_id());
    let (wrapped_key, key) = keys.create_key(person_id.as_uuid());
    let sealed = key.seal(NUMBER, person_id.as_uuid().as_bytes(), number.digits().as_bytes());
    NewNumber {
        hash,
        number,
        person_id,
        wrapped_key,
        sealed,
    }
}

async fn find<'a>(
    executor: impl PgExecutor<'_>,
    hashes: impl IntoIterator<Item = &'a [u8; 32]>,
) -> Result<BTreeMap<[u8; 32], PersonId>> {
    let hashes: Vec<Vec<u8>> = hashes.into_iter().map(|hash| hash.to_vec()).collect();
    if hashes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query!(
        r#"
        select n.number_hash, coalesce(p.merged_into, p.person_id) as "person_id!"
        from person_numbers n join persons p using (person_id)
        where n.number_hash = any($1)
        "#,
        &hashes
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| hashed(row.number_hash, row.person_id))
        .collect()
}

// Claims first, persons after: the foreign key is checked at commit, and only a claimed number makes a person.
async fn claim(tx: &mut Tx, wanted: &[NewNumber<'_>]) -> Result<BTreeMap<[u8; 32], PersonId>> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let now = Instant::from(tx.now());
    let rows = sqlx::query!(
        r#"
        insert into person_numbers (number_hash, person_id, kind, sealed_number, recorded_at)
        select *, $5 from unnest($1::bytea[], $2::uuid[], $3::text[], $4::bytea[])
        on conflict (number_hash) do nothing
        returning number_hash, person_id
        "#,
        &wanted
            .iter()
            .map(|number| number.hash.to_vec())
            .collect::<Vec<_>>(),
        &wanted
            .iter()
            .map(|number| number.person_id.as_uuid())
            .collect::<Vec<_>>(),
        &wanted
            .iter()
            .map(|number| number.number.kind().as_str().to_owned())
            .collect::<Vec<_>>(),
        &wanted
            .iter()
            .map(|number| number.sealed.to_bytes())
            .collect::<Vec<_>>(),
        now as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| hashed(row.number_hash, row.person_id))
        .collect()
}

async fn insert_persons<'a>(
    tx: &mut Tx,
    numbers: impl Iterator<Item = &'a NewNumber<'a>>,
) -> Result<Vec<Person>> {
    let (ids, wrapped): (Vec<Uuid>, Vec<Vec<u8>>) = numbers
        .map(|number| (number.person_id.as_uuid(), number.wrapped_key.to_bytes()))
        .unzip();
    let registered_at: Timestamp = Instant::from(tx.now()).into();
    sqlx::query!(
        "insert into persons (person_id, wrapped_key, registered_at) select *, $3 from unnest($1::uuid[], $2::bytea[])",
        &ids,
        &wrapped,
        Instant::from(registered_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    let person = |id| Person {
        person_id: PersonId::from_uuid(id),
        registered_at,
        merged_into: None,
    };
    Ok(ids.into_iter().map(person).collect())
}

fn hashed(hash: Vec<u8>, person_id: Uuid) -> Result<([u8; 32], PersonId)> {
    let hash = hash
        .try_into()
        .map_err(|_| Error::inconsistent("person_numbers", "number_hash", person_id))?;
    Ok((hash, PersonId::from_uuid(person_id)))
}
