//! Signatures and their evidence. Evidence is sealed under a key of its own, which outlives the person's.

mod held;

use jiff::Timestamp;
use platform::db::{Instant, Tx};
use platform::keys::{KeyRing, Purpose, Sealed};
use serde::Serialize;
use sqlx::PgExecutor;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::sealing::{SIGNATURE_TEXT, hash, open, seal};
use crate::domain::ids::{FlowId, PersonId, SignatureId, SubjectId};
use crate::domain::signature::{DocumentHash, DocumentKind, Signature, SignatureState};
use crate::error::{Error, Result};

pub use self::held::{HeldSignature, held};

const TABLE: &str = "signatures";
const TEXT_HASH: Purpose = Purpose::new("signature.text_hash");
const EVIDENCE: Purpose = Purpose::new("signature.evidence");
const RETENTION_CLASS: &str = "signature";

/// What is kept of a signature: enough to verify it again in many years.
#[derive(Serialize)]
pub struct Evidence<'a> {
    /// Who signed, twelve digits.
    pub personal_number: &'a str,
    /// What the app showed.
    pub visible: &'a str,
    /// What was signed along.
    pub hidden: &'a str,
    /// Everything BankID told, with the signature and OCSP's answer.
    pub completion: &'a serde_json::Value,
}

struct Row {
    signature_id: Uuid,
    context: String,
    kind: String,
    document_id: Uuid,
    document_hash: Vec<u8>,
    person_id: Uuid,
    state: String,
    started_at: Option<Instant>,
    signed_at: Option<Instant>,
    sealed_text: Sealed,
    text_hash: Vec<u8>,
}

/// A signature with what is to be read.
#[derive(Clone, Debug)]
pub struct StoredSignature {
    /// The signature.
    pub signature: Signature,
    text: Sealed,
    text_hash: [u8; 32],
}

impl StoredSignature {
    /// What is to be read.
    pub fn text(&self, keys: &KeyRing) -> Result<String> {
        open(
            keys,
            SIGNATURE_TEXT,
            self.signature.signature_id.as_uuid(),
            &self.text,
        )
    }

    /// Whether the text is the one that was prepared.
    pub fn has_text(&self, keys: &KeyRing, text: &str) -> bool {
        self.text_hash == keys.mac(TEXT_HASH, text.as_bytes())
    }
}

/// Writes a prepared signature. Answers whether it is new.
pub async fn insert(tx: &mut Tx, keys: &KeyRing, signature: &Signature, text: &str) -> Result<bool> {
    let (id, now) = (signature.signature_id.as_uuid(), Instant::from(tx.now()));
    let text_hash = keys.mac(TEXT_HASH, text.as_bytes());
    let written = sqlx::query!(
        r#"
        insert into signatures (signature_id, context, kind, document_id, document_hash, person_id, sealed_text,
            text_hash, state, prepared_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'prepared', $9)
        on conflict (signature_id) do nothing
        "#,
        id,
        signature.context,
        signature.kind.as_str(),
        signature.document_id.as_uuid(),
        signature.document_hash.0.as_slice(),
        signature.person_id.as_uuid(),
        seal(keys, SIGNATURE_TEXT, id, &text) as _,
        text_hash.as_slice(),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Signatures by id, in no order. Unknown ids are left out.
pub async fn find(executor: impl PgExecutor<'_>, ids: &[SignatureId]) -> Result<Vec<StoredSignature>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select signature_id, context, kind, document_id, document_hash, person_id, state,
            started_at as "started_at: Instant", signed_at as "signed_at: Instant",
            sealed_text as "sealed_text: Sealed", text_hash
        from signatures where signature_id = any($1)
        "#,
        &ids
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(StoredSignature::try_from).collect()
}

/// One page of signatures in the order of their ids, for publishing them again.
pub async fn page(
    executor: impl PgExecutor<'_>,
    after: Option<SignatureId>,
    limit: i64,
) -> Result<Vec<Signature>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select signature_id, context, kind, document_id, document_hash, person_id, state,
            started_at as "started_at: Instant", signed_at as "signed_at: Instant",
            sealed_text as "sealed_text: Sealed", text_hash
        from signatures where $1::uuid is null or signature_id > $1 order by signature_id limit $2 for update
        "#,
        after.map(SignatureId::as_uuid),
        limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| StoredSignature::try_from(row).map(|stored| stored.signature))
        .collect()
}

/// Keeps the evidence of a completed signing.
pub async fn keep_evidence(
    tx: &mut Tx,
    keys: &KeyRing,
    flow_id: FlowId,
    person_id: PersonId,
    evidence: &Evidence<'_>,
) -> Result<()> {
    let (id, now) = (flow_id.as_uuid(), Instant::from(tx.now()));
    let (wrapped, key) = keys.create_key(id);
    let plain =
        Zeroizing::new(serde_json::to_vec(evidence).expect("evidence is plain values under text keys"));
    sqlx::query!(
        r#"
        insert into signature_evidence (evidence_id, person_id, retention_class, wrapped_key, sealed_evidence, recorded_at)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        id,
        person_id.as_uuid(),
        RETENTION_CLASS,
        wrapped as _,
        key.seal(EVIDENCE, id.as_bytes(), &plain) as _,
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Marks signatures as signed by the evidence of a flow; those that were signed already stay as they are. Answers with
/// those that changed.
pub async fn sign(
    tx: &mut Tx,
    ids: &[SignatureId],
    flow_id: FlowId,
    started_at: Timestamp,
    signed_at: Timestamp,
) -> Result<Vec<Signature>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        update signatures set state = 'signed', evidence_id = $2, started_at = $3, signed_at = $4
        where signature_id = any($1) and state = 'prepared'
        returning signature_id, context, kind, document_id, document_hash, person_id, state,
            started_at as "started_at: Instant", signed_at as "signed_at: Instant",
            sealed_text as "sealed_text: Sealed", text_hash
        "#,
        &ids,
        flow_id.as_uuid(),
        Instant::from(started_at) as _,
        Instant::from(signed_at) as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| StoredSignature::try_from(row).map(|stored| stored.signature))
        .collect()
}

impl TryFrom<Row> for StoredSignature {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.signature_id;
        let wrong = |column| Error::inconsistent(TABLE, column, id);
        let state = match (row.state.as_str(), row.started_at, row.signed_at) {
            ("prepared", _, _) => SignatureState::Prepared,
            ("signed", Some(started_at), Some(signed_at)) => SignatureState::Signed {
                started_at: started_at.timestamp(),
                signed_at: signed_at.timestamp(),
            },
            _ => return Err(wrong("state")),
        };
        let signature = Signature {
            signature_id: SignatureId::from_uuid(id),
            context: row.context,
            kind: DocumentKind::parse(&row.kind).map_err(|_| wrong("kind"))?,
            document_id: SubjectId::from_uuid(row.document_id),
            document_hash: DocumentHash(hash(TABLE, "document_hash", id, &row.document_hash)?),
            person_id: PersonId::from_uuid(row.person_id),
            state,
        };
        Ok(Self {
            signature,
            text: row.sealed_text,
            text_hash: hash(TABLE, "text_hash", id, &row.text_hash)?,
        })
    }
}
