//! Gives the person of each number, registering those that are new. All or nothing, and the same for everybody who asks.

use platform::db::Tx;

use crate::domain::ids::PersonId;
use crate::domain::number::PersonNumber;
use crate::error::Result;
use crate::events::publish;
use crate::parts::Parts;
use crate::store::persons;

/// Registers numbers.
pub async fn register_persons(parts: &Parts, numbers: &[PersonNumber]) -> Result<Vec<PersonId>> {
    parts
        .database
        .transaction("identity.register_persons", async |tx| {
            register(tx, parts, numbers).await
        })
        .await
}

/// The same within a transaction.
pub async fn register(tx: &mut Tx, parts: &Parts, numbers: &[PersonNumber]) -> Result<Vec<PersonId>> {
    let registration = persons::find_or_register(tx, &parts.keys, numbers).await?;
    for person in &registration.new {
        publish::person(tx, person).await?;
    }
    Ok(registration.person_ids)
}
