//! A person's consents, each with the wording it was given to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use platform::db::{Database, Tx};

use crate::domain::ids::{ConsentId, SignatureId, Who};
use crate::domain::text::{ConsentText, Wording};
use crate::error::ConsentError;
use crate::store;
use crate::store::consents::WordedConsent;
use crate::store::inconsistent;

/// A consent as its person sees it.
#[derive(Clone, Debug)]
pub struct OwnConsent {
    pub held: WordedConsent,
    pub text: ConsentText,
    pub signature: SignatureId,
}

pub async fn list(
    database: &Database,
    who: &Who,
    after: Option<ConsentId>,
    limit: i64,
) -> Result<Vec<OwnConsent>, ConsentError> {
    database
        .transaction("consent.list_own_consents", async |tx| {
            let persons = store::persons::ids_of(tx, &who.ids()).await?;
            let ids = store::consents::list(tx, &persons, after, limit).await?;
            with_texts(tx, &ids).await
        })
        .await
}

/// The consent that a completed signature came to: its own if it gave one, else the one that holds.
pub async fn of_signature(
    database: &Database,
    signature: SignatureId,
) -> Result<Option<OwnConsent>, ConsentError> {
    use crate::domain::consent::{Settlement, Standing, standing};
    database
        .transaction("consent.get_own_consent", async |tx| {
            let found = store::preparations::of_signature(tx, signature).await?;
            let found = found.ok_or(ConsentError::NotFound("signature"))?;
            let id = match found.settled_as {
                Some(Settlement::Given) => Some(found.id),
                Some(Settlement::AlreadyGiven) => {
                    let persons = store::persons::ids_of(tx, &[found.person]).await?;
                    let consents = store::consents::of_persons(tx, &persons, found.recipient).await?;
                    match standing(&consents) {
                        Standing::Holds(consent) => Some(consent.id),
                        Standing::Never | Standing::Withdrawn(_) => None,
                    }
                }
                Some(Settlement::Overtaken) | None => None,
            };
            let ids: Vec<ConsentId> = id.into_iter().collect();
            Ok(with_texts(tx, &ids).await?.pop())
        })
        .await
}

/// Consents with their wording, newest first.
pub(super) async fn with_texts(tx: &mut Tx, ids: &[ConsentId]) -> Result<Vec<OwnConsent>, ConsentError> {
    let worded = store::consents::worded(tx, ids).await?;
    let signatures = store::preparations::signatures(tx, ids).await?;
    let wordings = worded.iter().map(|held| {
        let consent = &held.consent;
        (consent.id, (consent.recipient, held.text_version, held.language))
    });
    let texts = texts_of(tx, wordings).await?;
    let own = worded.into_iter().zip(texts).map(|(held, text)| {
        let id = held.consent.id;
        let signature = signatures.get(&id).copied();
        Ok::<_, ConsentError>(OwnConsent {
            text,
            signature: signature.ok_or_else(|| inconsistent("preparations", "signature_id", id))?,
            held,
        })
    });
    own.collect()
}

/// The wording of each. A person has signed a handful of wordings, whatever the number of consents.
pub(super) async fn texts_of(
    tx: &mut Tx,
    wordings: impl Iterator<Item = (ConsentId, Wording)>,
) -> Result<Vec<ConsentText>, ConsentError> {
    let mut known: HashMap<Wording, ConsentText> = HashMap::new();
    let mut texts = Vec::new();
    for (id, wording) in wordings {
        let text = match known.entry(wording) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(place) => {
                let found = store::texts::find(tx, wording.0, wording.1, wording.2).await?;
                let text = found.ok_or_else(|| inconsistent("preparations", "text_version", id))?;
                place.insert(text).clone()
            }
        };
        texts.push(text);
    }
    Ok(texts)
}
