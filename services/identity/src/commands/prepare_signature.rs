//! Registers a document to sign. The same again changes nothing; other content under the same id is refused.

use crate::domain::signature::{Signature, SignatureState};
use crate::error::{Error, Result};
use crate::events::publish;
use crate::parts::Parts;
use crate::store::{persons, signatures};

/// Prepares a signature.
pub async fn prepare_signature(parts: &Parts, signature: &Signature, text: &str) -> Result<SignatureState> {
    parts
        .database
        .transaction("identity.prepare_signature", async |tx| {
            if !persons::exists(&mut **tx, signature.person_id).await? {
                return Err(Error::NotFound("person"));
            }
            if signatures::insert(tx, &parts.keys, signature, text).await? {
                publish::signature(tx, signature).await?;
                return Ok(signature.state);
            }
            let found = signatures::find(&mut **tx, &[signature.signature_id]).await?;
            let stored = found.first().ok_or(Error::NotFound("signature"))?;
            if !stored.signature.has_content_of(signature) || !stored.has_text(&parts.keys, text) {
                return Err(Error::SignatureDiffers);
            }
            Ok(stored.signature.state)
        })
        .await
}
