//! A person is about to consent: the document is frozen and registered with identity, to be signed there. As long as the
//! same wording waits to be signed, the same document is answered.

use platform::db::Tx;
use platform::grpc::Rejection;

use super::Commands;
use crate::domain::calendar::day_of;
use crate::domain::consent::{Preparation, Standing, standing};
use crate::domain::document;
use crate::domain::ids::{ConsentId, PersonId, SignatureId, Who};
use crate::domain::recipient::{Language, Recipient};
use crate::domain::text::ConsentText;
use crate::error::ConsentError;
use crate::store;

/// What is consented to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrepareConsent {
    pub recipient: Recipient,
    pub text_version: i32,
    pub language: Language,
}

impl Commands {
    pub async fn prepare_consent(
        &self,
        who: &Who,
        input: PrepareConsent,
    ) -> Result<Preparation, ConsentError> {
        let (preparation, text) = self
            .database
            .transaction("consent.prepare_consent", async |tx| {
                prepare(tx, who, input).await
            })
            .await?;
        self.identity.prepare(&preparation, text.visible()).await?;
        Ok(preparation)
    }
}

async fn prepare(
    tx: &mut Tx,
    who: &Who,
    input: PrepareConsent,
) -> Result<(Preparation, ConsentText), ConsentError> {
    let text = store::texts::find(tx, input.recipient, input.text_version, input.language).await?;
    let today = day_of(tx.now());
    let text = text
        .filter(|text| text.is_in_force(today))
        .ok_or(ConsentError::TextNotInForce)?;
    let persons = store::persons::ids_of(tx, &who.ids()).await?;
    if !store::reports::has_any(tx, &persons).await? {
        return Err(ConsentError::TooEarly);
    }
    let consents = store::consents::of_persons(tx, &persons, input.recipient).await?;
    if let Standing::Holds(consent) = standing(&consents) {
        return Err(ConsentError::AlreadyGiven(consent.id));
    }
    let fresh = fresh(tx, who.person, input, &text);
    if store::preparations::insert(tx, &fresh).await? {
        return Ok((fresh, text));
    }
    let waiting = store::preparations::lock(tx, &[who.person], input.recipient).await?;
    let same = waiting.into_iter().find(|held| {
        held.is_open() && held.text_version == input.text_version && held.language == input.language
    });
    // Settled between the two statements: the next attempt finds out how.
    let same = same.ok_or_else(Rejection::unavailable)?;
    Ok((same, text))
}

fn fresh(tx: &Tx, person: PersonId, input: PrepareConsent, text: &ConsentText) -> Preparation {
    let id = ConsentId::from_uuid(tx.new_id());
    Preparation {
        id,
        person,
        recipient: input.recipient,
        text_version: input.text_version,
        language: input.language,
        signature: SignatureId::from_uuid(tx.new_id()),
        document_hash: document::hash(id, person, text),
        prepared_at: tx.now(),
        overtaken_at: None,
        settled_as: None,
    }
}
