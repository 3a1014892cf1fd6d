//! One's own contacts.

use platform::auth::SignedIn;

use crate::domain::contacts::KeptContacts;
use crate::domain::ids::PersonId;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::{contacts, persons};

/// The contacts of a person, if any were ever given.
pub async fn get_contacts(parts: &Parts, who: &SignedIn) -> Result<Option<KeptContacts>> {
    let pool = parts.database.pool();
    let person_id = persons::canonical(pool, PersonId::from_uuid(who.person_id)).await?;
    let kept = contacts::of(pool, &parts.keys, &[person_id.as_uuid()]).await?;
    Ok(kept.into_iter().next())
}
