//! Replaces the contacts of whoever is signed in, if they have seen what they replace. The audit tells which fields changed,
//! never what they hold.

use platform::audit::{Actor, AuditLine, append};
use platform::auth::SignedIn;
use platform::db::{Instant, Tx};
use serde_json::json;

use crate::domain::contacts::{Contacts, KeptContacts, Replaced, Version};
use crate::domain::ids::PersonId;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::{contacts, persons};

/// What a person wants instead of what they have seen.
#[derive(Clone, Debug)]
pub struct NewContacts {
    /// The version that was seen.
    pub seen: Version,
    /// What is wanted.
    pub wanted: Contacts,
}

/// Replaces contacts; the same again change nothing.
pub async fn update_contacts(
    tx: &mut Tx,
    parts: &Parts,
    who: &SignedIn,
    new: NewContacts,
) -> Result<KeptContacts> {
    let person_id = persons::canonical(&mut **tx, PersonId::from_uuid(who.person_id)).await?;
    let before = contacts::of(&mut **tx, &parts.keys, &[person_id.as_uuid()]).await?;
    // To the microsecond: the answer tells what will be read.
    let now = Instant::from(tx.now()).timestamp();
    match Replaced::decide(before.into_iter().next(), new.seen, new.wanted, now)? {
        Replaced::Already(kept) => Ok(kept),
        Replaced::Changed { kept, fields } => {
            contacts::replace(tx, &parts.keys, person_id, &kept).await?;
            append(tx, line(who, person_id, &fields)).await?;
            Ok(kept)
        }
    }
}

fn line(who: &SignedIn, person_id: PersonId, fields: &[&str]) -> AuditLine {
    AuditLine {
        actor: Actor {
            kind: "participant",
            id: who.person_id.to_string(),
            account_id: None,
            organisation_id: None,
        },
        action: "identity.update_contacts",
        subject_kind: "person",
        subject_id: person_id.to_string(),
        purpose: None,
        details: json!({ "fields": fields }),
    }
}
