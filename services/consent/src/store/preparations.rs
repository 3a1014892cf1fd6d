//! Consents that wait to be signed, and what became of them. Whoever settles or overtakes them locks all of the person
//! to the recipient first, in the order of ids.

use std::collections::HashMap;

use platform::db::{DbError, Inconsistency, Instant, Tx};

use super::{hash, inconsistent, recipient};
use crate::domain::consent::{Preparation, Settlement};
use crate::domain::ids::{ConsentId, PersonId, SignatureId};
use crate::domain::recipient::{Language, Recipient};

const TABLE: &str = "preparations";

struct PreparationRow {
    consent_id: ConsentId,
    person_id: PersonId,
    recipient: String,
    text_version: i32,
    language: String,
    signature_id: SignatureId,
    document_hash: Vec<u8>,
    prepared_at: Instant,
    overtaken_at: Option<Instant>,
    settled_as: Option<String>,
}

pub async fn of_signature(tx: &mut Tx, signature: SignatureId) -> Result<Option<Preparation>, DbError> {
    let row = sqlx::query_as!(
        PreparationRow,
        r#"select consent_id as "consent_id: ConsentId", person_id as "person_id: PersonId", recipient, text_version,
            language, signature_id as "signature_id: SignatureId", document_hash, prepared_at, overtaken_at, settled_as
        from preparations where signature_id = $1"#,
        signature as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Preparation::try_from).transpose()?)
}

/// Keeps every preparation of the person to the recipient from others until the transaction ends.
pub async fn lock(
    tx: &mut Tx,
    persons: &[PersonId],
    recipient: Recipient,
) -> Result<Vec<Preparation>, DbError> {
    let rows = sqlx::query_as!(
        PreparationRow,
        r#"select consent_id as "consent_id: ConsentId", person_id as "person_id: PersonId", recipient, text_version,
            language, signature_id as "signature_id: SignatureId", document_hash, prepared_at, overtaken_at, settled_as
        from preparations where person_id = any($1) and recipient = $2 order by consent_id for update"#,
        persons as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(Preparation::try_from)
        .collect::<Result<_, _>>()?)
}

/// What the persons prepared that gave no consent, oldest first.
pub async fn ungiven(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<ConsentId>,
    limit: i64,
) -> Result<Vec<Preparation>, DbError> {
    let rows = sqlx::query_as!(
        PreparationRow,
        r#"select consent_id as "consent_id: ConsentId", person_id as "person_id: PersonId", recipient, text_version,
            language, signature_id as "signature_id: SignatureId", document_hash, prepared_at, overtaken_at, settled_as
        from preparations where person_id = any($1) and settled_as is distinct from 'given'
            and ($2::uuid is null or consent_id > $2)
        order by consent_id limit $3"#,
        persons as _,
        after as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(Preparation::try_from)
        .collect::<Result<_, _>>()?)
}

/// The signatures by which these consents were given.
pub async fn signatures(
    tx: &mut Tx,
    consents: &[ConsentId],
) -> Result<HashMap<ConsentId, SignatureId>, DbError> {
    let rows = sqlx::query!(
        r#"select consent_id as "consent_id: ConsentId", signature_id as "signature_id: SignatureId"
        from preparations where consent_id = any($1)"#,
        consents as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.consent_id, row.signature_id))
        .collect())
}

/// Answers false if the same wording waits to be signed already.
pub async fn insert(tx: &mut Tx, preparation: &Preparation) -> Result<bool, DbError> {
    let inserted = sqlx::query!(
        "insert into preparations (consent_id, person_id, recipient, text_version, language, signature_id,
            document_hash, prepared_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (person_id, recipient, text_version, language)
            where settled_as is null and overtaken_at is null do nothing",
        preparation.id as _,
        preparation.person as _,
        preparation.recipient.code(),
        preparation.text_version,
        preparation.language.code(),
        preparation.signature as _,
        preparation.document_hash.as_slice(),
        Instant::from(preparation.prepared_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub async fn set_settled(tx: &mut Tx, id: ConsentId, settlement: Settlement) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update preparations set settled_as = $2 where consent_id = $1 and settled_as is null",
        id as _,
        settlement.code(),
    )
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent(TABLE, "settled_as", id).into())
    }
}

/// Those that wait to be signed count for nothing from now on.
pub async fn overtake(
    tx: &mut Tx,
    persons: &[PersonId],
    recipient: Recipient,
    at: Instant,
) -> Result<u64, DbError> {
    let updated = sqlx::query!(
        "update preparations set overtaken_at = $3
        where person_id = any($1) and recipient = $2 and settled_as is null and overtaken_at is null",
        persons as _,
        recipient.code(),
        at as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(updated.rows_affected())
}

impl TryFrom<PreparationRow> for Preparation {
    type Error = Inconsistency;

    fn try_from(row: PreparationRow) -> Result<Self, Inconsistency> {
        let id = row.consent_id;
        let settled_as = row
            .settled_as
            .map(|code| Settlement::from_code(&code).ok_or_else(|| inconsistent(TABLE, "settled_as", id)));
        Ok(Self {
            id,
            person: row.person_id,
            recipient: recipient(&row.recipient, TABLE, id)?,
            text_version: row.text_version,
            language: Language::from_code(&row.language)
                .ok_or_else(|| inconsistent(TABLE, "language", id))?,
            signature: row.signature_id,
            document_hash: hash(&row.document_hash, TABLE, "document_hash", id)?,
            prepared_at: row.prepared_at.timestamp(),
            overtaken_at: row.overtaken_at.map(Instant::timestamp),
            settled_as: settled_as.transpose()?,
        })
    }
}
