//! Consents. Sending takes their rows for share, withdrawing for update, both in the order of ids: the two wait for each
//! other at these rows and nowhere else.

use platform::db::{DbError, Inconsistency, Instant, Tx};

use super::{inconsistent, recipient};
use crate::domain::consent::{Consent, Withdrawer, Withdrawn};
use crate::domain::ids::{ConsentId, PersonId};
use crate::domain::recipient::{Language, Recipient};

const TABLE: &str = "consents";

struct ConsentRow {
    consent_id: ConsentId,
    person_id: PersonId,
    recipient: String,
    given_at: Instant,
    withdrawn_at: Option<Instant>,
    withdrawn_by: Option<String>,
}

/// A consent with the wording it was given to.
#[derive(Clone, Debug)]
pub struct WordedConsent {
    pub consent: Consent,
    pub text_version: i32,
    pub language: Language,
}

/// All of these persons to the recipient, as they stand now.
pub async fn of_persons(
    tx: &mut Tx,
    persons: &[PersonId],
    recipient: Recipient,
) -> Result<Vec<Consent>, DbError> {
    let rows = sqlx::query_as!(
        ConsentRow,
        r#"select consent_id as "consent_id: ConsentId", person_id as "person_id: PersonId", recipient, given_at,
            withdrawn_at, withdrawn_by
        from consents where person_id = any($1) and recipient = $2"#,
        persons as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    parse(rows)
}

/// The same, kept from being withdrawn until the transaction ends. Waits for withdrawals under way and sees them.
pub async fn hold(tx: &mut Tx, persons: &[PersonId], recipient: Recipient) -> Result<Vec<Consent>, DbError> {
    let rows = sqlx::query_as!(
        ConsentRow,
        r#"select consent_id as "consent_id: ConsentId", person_id as "person_id: PersonId", recipient, given_at,
            withdrawn_at, withdrawn_by
        from consents where person_id = any($1) and recipient = $2
        order by consent_id for share"#,
        persons as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    parse(rows)
}

/// The same, kept from everybody. Waits for sendings that are beginning: what comes after this in the transaction sees
/// them begun.
pub async fn lock(tx: &mut Tx, persons: &[PersonId], recipient: Recipient) -> Result<Vec<Consent>, DbError> {
    let rows = sqlx::query_as!(
        ConsentRow,
        r#"select consent_id as "consent_id: ConsentId", person_id as "person_id: PersonId", recipient, given_at,
            withdrawn_at, withdrawn_by
        from consents where person_id = any($1) and recipient = $2
        order by consent_id for update"#,
        persons as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    parse(rows)
}

pub async fn insert(tx: &mut Tx, consent: &Consent) -> Result<(), DbError> {
    sqlx::query!(
        "insert into consents (consent_id, person_id, recipient, given_at) values ($1, $2, $3, $4)",
        consent.id as _,
        consent.person as _,
        consent.recipient.code(),
        Instant::from(consent.given_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn set_withdrawn(tx: &mut Tx, id: ConsentId, withdrawn: Withdrawn) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update consents set withdrawn_at = $2, withdrawn_by = $3 where consent_id = $1 and withdrawn_at is null",
        id as _,
        Instant::from(withdrawn.at) as _,
        withdrawn.by.code(),
    )
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent(TABLE, "withdrawn_at", id).into())
    }
}

/// Newest first: ids rise with time.
pub async fn list(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<ConsentId>,
    limit: i64,
) -> Result<Vec<ConsentId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select consent_id as "consent_id: ConsentId" from consents
        where person_id = any($1) and ($2::uuid is null or consent_id < $2)
        order by consent_id desc limit $3"#,
        persons as _,
        after as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

/// Oldest first.
pub async fn since(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<ConsentId>,
    limit: i64,
) -> Result<Vec<ConsentId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select consent_id as "consent_id: ConsentId" from consents
        where person_id = any($1) and ($2::uuid is null or consent_id > $2)
        order by consent_id limit $3"#,
        persons as _,
        after as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

/// With their wording, newest first.
pub async fn worded(tx: &mut Tx, ids: &[ConsentId]) -> Result<Vec<WordedConsent>, DbError> {
    let rows = sqlx::query!(
        r#"select consent_id as "consent_id: ConsentId", consents.person_id as "person_id: PersonId",
            consents.recipient, given_at, withdrawn_at, withdrawn_by, text_version, language
        from consents join preparations using (consent_id) where consent_id = any($1)
        order by consent_id desc"#,
        ids as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let worded = rows.into_iter().map(|row| {
        let language = Language::from_code(&row.language)
            .ok_or_else(|| inconsistent("preparations", "language", row.consent_id))?;
        let consent = Consent::try_from(ConsentRow {
            consent_id: row.consent_id,
            person_id: row.person_id,
            recipient: row.recipient,
            given_at: row.given_at,
            withdrawn_at: row.withdrawn_at,
            withdrawn_by: row.withdrawn_by,
        })?;
        Ok::<_, Inconsistency>(WordedConsent {
            consent,
            text_version: row.text_version,
            language,
        })
    });
    Ok(worded.collect::<Result<_, _>>()?)
}

/// In the order of ids, for writing all of them out; locked against changes meanwhile.
pub async fn page(tx: &mut Tx, after: Option<ConsentId>, limit: i64) -> Result<Vec<WordedConsent>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select consent_id as "consent_id: ConsentId" from consents where $1::uuid is null or consent_id > $1
        order by consent_id limit $2 for no key update"#,
        after as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut page = worded(tx, &ids).await?;
    page.reverse();
    Ok(page)
}

fn parse(rows: Vec<ConsentRow>) -> Result<Vec<Consent>, DbError> {
    Ok(rows
        .into_iter()
        .map(Consent::try_from)
        .collect::<Result<_, _>>()?)
}

impl TryFrom<ConsentRow> for Consent {
    type Error = Inconsistency;

    fn try_from(row: ConsentRow) -> Result<Self, Inconsistency> {
        let id = row.consent_id;
        let withdrawn = match (row.withdrawn_at, row.withdrawn_by) {
            (None, None) => None,
            (Some(at), Some(by)) => Some(Withdrawn {
                at: at.timestamp(),
                by: Withdrawer::from_code(&by).ok_or_else(|| inconsistent(TABLE, "withdrawn_by", id))?,
            }),
            _ => return Err(inconsistent(TABLE, "withdrawn_at", id)),
        };
        Ok(Self {
            id,
            person: row.person_id,
            recipient: recipient(&row.recipient, TABLE, id)?,
            given_at: row.given_at.timestamp(),
            withdrawn,
        })
    }
}
