//! A consent was signed. The call that reads the signature and the record that tells of it both end here; whichever
//! comes first gives the consent, the other finds it given.

use platform::audit::Actor;
use platform::db::{DbError, Tx};
use serde_json::json;

use super::{Caller, Commands, note};
use crate::domain::calendar::day_of;
use crate::domain::consent::{Preparation, Settlement, Settling, Signing};
use crate::domain::ids::{SignatureId, Who};
use crate::error::ConsentError;
use crate::events::publish;
use crate::identity::Signed;
use crate::store;
use crate::store::consents::WordedConsent;

/// What a signature led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completed {
    pub signature: SignatureId,
    pub settlement: Settlement,
}

impl Commands {
    /// Reads the signature of the person's preparation and gives the consent, unless that was done before.
    pub async fn complete_consent(
        &self,
        caller: &Caller,
        who: &Who,
        signature: SignatureId,
    ) -> Result<Completed, ConsentError> {
        let preparation = self.own_preparation(who, signature).await?;
        if let Some(settlement) = preparation.settled_as {
            return Ok(Completed {
                signature,
                settlement,
            });
        }
        let signed = self.identity.signed(signature).await?;
        let signed = signed.ok_or(ConsentError::NotSigned)?;
        let settlement = self
            .database
            .transaction("consent.complete_signature", async |tx| {
                complete_signature(tx, &caller.actor, signature, &signed).await
            })
            .await?;
        Ok(Completed {
            signature,
            settlement,
        })
    }

    async fn own_preparation(&self, who: &Who, signature: SignatureId) -> Result<Preparation, ConsentError> {
        self.database
            .transaction("consent.find_preparation", async |tx| {
                let found = store::preparations::of_signature(tx, signature).await?;
                let persons = store::persons::ids_of(tx, &who.ids()).await?;
                found
                    .filter(|preparation| persons.contains(&preparation.person))
                    .ok_or(ConsentError::NotFound("signature"))
            })
            .await
    }
}

/// Settles the preparation of a signature that was completed.
pub async fn complete_signature(
    tx: &mut Tx,
    actor: &Actor,
    signature: SignatureId,
    signed: &Signed,
) -> Result<Settlement, ConsentError> {
    let found = store::preparations::of_signature(tx, signature).await?;
    let found = found.ok_or(ConsentError::NotFound("signature"))?;
    if found.document_hash.as_slice() != signed.document_hash {
        return Err(ConsentError::OtherDocument);
    }
    // An id that is being joined to the person's is waited for: a consent that holds under it is found.
    store::persons::hold(tx).await?;
    let persons = store::persons::ids_of(tx, &[found.person]).await?;
    let locked = store::preparations::lock(tx, &persons, found.recipient).await?;
    let preparation = locked
        .into_iter()
        .find(|held| held.id == found.id)
        .ok_or_else(|| DbError::from(store::inconsistent("preparations", "person_id", found.id)))?;
    let consents = store::consents::of_persons(tx, &persons, found.recipient).await?;
    let signing = Signing {
        at: signed.at,
        is_in_force: is_in_force(tx, &preparation, signed).await?,
    };
    let settlement = match preparation.settle(signing, &consents) {
        Settling::Before(settlement) => return Ok(settlement),
        Settling::Keep(settlement) => settlement,
        Settling::Give(consent) => {
            let worded = WordedConsent {
                consent,
                text_version: preparation.text_version,
                language: preparation.language,
            };
            store::consents::insert(tx, &worded.consent).await?;
            publish::consent(tx, &worded).await?;
            Settlement::Given
        }
    };
    store::preparations::set_settled(tx, preparation.id, settlement).await?;
    let caller = Caller {
        actor: actor.clone(),
        subject: String::new(),
    };
    let details = json!({
        "person": preparation.person, "recipient": preparation.recipient.code(), "settled_as": settlement.code(),
    });
    let subject = ("consent", preparation.id.to_string());
    note(tx, caller.line("consent.complete_signature", subject, details)).await?;
    Ok(settlement)
}

async fn is_in_force(tx: &mut Tx, preparation: &Preparation, signed: &Signed) -> Result<bool, DbError> {
    let Preparation {
        recipient,
        text_version,
        language,
        ..
    } = *preparation;
    let text = store::texts::find(tx, recipient, text_version, language).await?;
    Ok(text.is_some_and(|text| text.is_in_force(day_of(signed.began_at))))
}
