//! Contacts. The addresses are sealed under the person's key.

use platform::db::{Instant, Tx};
use platform::keys::{KeyRing, Purpose, Sealed, WrappedKey};
use sqlx::PgExecutor;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::persons;
use crate::domain::contacts::{Addresses, Contacts, KeptContacts, Overtaken, Version};
use crate::domain::ids::PersonId;
use crate::domain::portal::Language;
use crate::error::{Error, Result};

const TABLE: &str = "contacts";
const ADDRESSES: Purpose = Purpose::new("person.addresses");

struct Row {
    person_id: Uuid,
    wrapped_key: WrappedKey,
    sealed_addresses: Option<Sealed>,
    language: String,
    reminders: bool,
    version: i32,
    changed_at: Instant,
}

/// The contacts of these persons, those changed first coming first. Who never gave any is left out.
pub async fn of(
    executor: impl PgExecutor<'_>,
    keys: &KeyRing,
    person_ids: &[Uuid],
) -> Result<Vec<KeptContacts>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select person_id, wrapped_key as "wrapped_key: WrappedKey", sealed_addresses as "sealed_addresses: Sealed",
            language, reminders, version, changed_at as "changed_at: Instant"
        from contacts join persons using (person_id)
        where person_id = any($1) order by changed_at, person_id
        "#,
        person_ids
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Keeps contacts in place of those of the version before; refuses if that is not the one that is kept.
pub async fn replace(tx: &mut Tx, keys: &KeyRing, person_id: PersonId, kept: &KeptContacts) -> Result<()> {
    let (id, contacts) = (person_id.as_uuid(), &kept.contacts);
    let sealed = match contacts.addresses() {
        none if none.is_empty() => None,
        addresses => {
            let plain = Zeroizing::new(serde_json::to_vec(addresses).expect("addresses are texts"));
            let key = persons::key_of(&mut **tx, keys, person_id).await?;
            Some(key.seal(ADDRESSES, id.as_bytes(), &plain))
        }
    };
    let written = sqlx::query!(
        r#"
        insert into contacts (person_id, sealed_addresses, language, reminders, version, changed_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (person_id) do update set sealed_addresses = excluded.sealed_addresses,
            language = excluded.language, reminders = excluded.reminders, version = excluded.version,
            changed_at = excluded.changed_at
        where contacts.version = excluded.version - 1
        "#,
        id,
        sealed as _,
        contacts.language().as_str(),
        contacts.wants_reminders(),
        i32::try_from(kept.version.0).unwrap_or(i32::MAX),
        Instant::from(kept.changed_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() == 0 {
        return Err(Overtaken.into());
    }
    Ok(())
}

impl Row {
    fn open(self, keys: &KeyRing) -> Result<KeptContacts> {
        let id = self.person_id;
        let wrong = |column| Error::inconsistent(TABLE, column, id);
        let addresses = match &self.sealed_addresses {
            None => Addresses::default(),
            Some(sealed) => {
                let key = keys.open_key(&self.wrapped_key)?;
                let plain = key.open(ADDRESSES, id.as_bytes(), sealed)?;
                serde_json::from_slice(&plain).map_err(|_| wrong("sealed_addresses"))?
            }
        };
        let language = Language::try_from(self.language.as_str()).map_err(Error::word(TABLE, id))?;
        let contacts = Contacts::new(addresses, language, self.reminders);
        Ok(KeptContacts {
            contacts: contacts.map_err(|_| wrong("reminders"))?,
            version: Version(u32::try_from(self.version).map_err(|_| wrong("version"))?),
            changed_at: self.changed_at.timestamp(),
        })
    }
}
