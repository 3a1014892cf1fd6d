//! Wordings. They come with migrations; the service only reads them.

use jiff::civil::Date;
use platform::db::{Day, DbError, Inconsistency, Tx};

use super::{inconsistent, recipient};
use crate::domain::recipient::{Language, Recipient};
use crate::domain::text::ConsentText;

const TABLE: &str = "consent_texts";

struct TextRow {
    recipient: String,
    version: i32,
    language: String,
    title: String,
    body: String,
    content_hash: Vec<u8>,
    valid_from: Day,
    valid_to: Option<Day>,
}

pub async fn find(
    tx: &mut Tx,
    recipient: Recipient,
    version: i32,
    language: Language,
) -> Result<Option<ConsentText>, DbError> {
    let row = sqlx::query_as!(
        TextRow,
        "select recipient, version, language, title, body, content_hash, valid_from, valid_to from consent_texts
        where recipient = $1 and version = $2 and language = $3",
        recipient.code(),
        version,
        language.code(),
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(ConsentText::try_from).transpose()?)
}

/// In force on a day, by recipient.
pub async fn in_force(
    tx: &mut Tx,
    day: Date,
    language: Language,
    after: Option<Recipient>,
    limit: i64,
) -> Result<Vec<ConsentText>, DbError> {
    let rows = sqlx::query_as!(
        TextRow,
        "select distinct on (recipient) recipient, version, language, title, body, content_hash, valid_from, valid_to
        from consent_texts
        where language = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
            and ($3::text is null or recipient > $3)
        order by recipient, version desc limit $4",
        language.code(),
        Day(day) as _,
        after.map(Recipient::code),
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(ConsentText::try_from)
        .collect::<Result<_, _>>()?)
}

impl TryFrom<TextRow> for ConsentText {
    type Error = Inconsistency;

    fn try_from(row: TextRow) -> Result<Self, Inconsistency> {
        let key = format!("{} {} {}", row.recipient, row.version, row.language);
        let text = Self {
            recipient: recipient(&row.recipient, TABLE, &key)?,
            version: row.version,
            language: Language::from_code(&row.language)
                .ok_or_else(|| inconsistent(TABLE, "language", &key))?,
            title: row.title,
            body: row.body,
            valid_from: row.valid_from.into(),
            valid_to: row.valid_to.map(Into::into),
        };
        if text.hash().as_slice() == row.content_hash {
            Ok(text)
        } else {
            Err(inconsistent(TABLE, "content_hash", key))
        }
    }
}
