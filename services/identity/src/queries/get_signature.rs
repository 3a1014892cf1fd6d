//! The outcome of a signature, told to the context that asked for it.

use crate::domain::ids::SignatureId;
use crate::domain::signature::Signature;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::signatures;

/// Reads a signature of a service.
pub async fn get_signature(parts: &Parts, context: &str, signature_id: SignatureId) -> Result<Signature> {
    let found = signatures::find(parts.database.pool(), &[signature_id]).await?;
    let signature = found
        .into_iter()
        .map(|stored| stored.signature)
        .find(|signature| signature.context == context);
    signature.ok_or(Error::NotFound("signature"))
}
