//! Signatures of a person, asked for or done, for that person.

use jiff::Timestamp;
use platform::db::Instant;
use platform::keys::{KeyRing, Sealed};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::{Row, StoredSignature};
use crate::domain::ids::SignatureId;
use crate::domain::signature::Signature;
use crate::error::Result;

/// A signature with its text.
pub struct HeldSignature {
    /// The signature.
    pub signature: Signature,
    /// What was to be read.
    pub text: String,
    /// When it was asked for.
    pub prepared_at: Timestamp,
}

/// Signatures of these persons in the order they were asked for.
pub async fn held(
    executor: impl PgExecutor<'_>,
    keys: &KeyRing,
    person_ids: &[Uuid],
    after: Option<(Timestamp, SignatureId)>,
    limit: i64,
) -> Result<Vec<HeldSignature>> {
    let rows = sqlx::query!(
        r#"
        select signature_id, context, kind, document_id, document_hash, person_id, state,
            started_at as "started_at: Instant", signed_at as "signed_at: Instant",
            sealed_text as "sealed_text: Sealed", text_hash, prepared_at as "prepared_at: Instant"
        from signatures
        where person_id = any($1) and ($2::timestamptz is null or (prepared_at, signature_id) > ($2, $3::uuid))
        order by prepared_at, signature_id limit $4
        "#,
        person_ids,
        after.map(|(at, _)| Instant::from(at)) as _,
        after.map(|(_, id)| id.as_uuid()),
        limit,
    )
    .fetch_all(executor)
    .await?;
    let mut signatures = Vec::with_capacity(rows.len());
    for row in rows {
        let prepared_at = row.prepared_at.timestamp();
        let stored = StoredSignature::try_from(Row {
            signature_id: row.signature_id,
            context: row.context,
            kind: row.kind,
            document_id: row.document_id,
            document_hash: row.document_hash,
            person_id: row.person_id,
            state: row.state,
            started_at: row.started_at,
            signed_at: row.signed_at,
            sealed_text: row.sealed_text,
            text_hash: row.text_hash,
        })?;
        signatures.push(HeldSignature {
            text: stored.text(keys)?,
            signature: stored.signature,
            prepared_at,
        });
    }
    Ok(signatures)
}

impl HeldSignature {
    /// Where the next page goes on.
    pub fn place(&self) -> (Timestamp, SignatureId) {
        (self.prepared_at, self.signature.signature_id)
    }
}

impl std::fmt::Debug for HeldSignature {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "HeldSignature({})", self.signature.signature_id)
    }
}
