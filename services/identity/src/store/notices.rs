//! Versions of the information notice as people were shown them first.

use platform::db::{Instant, Tx};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::domain::ids::PersonId;
use crate::domain::notice::{NoticeVersion, ShownNotice};
use crate::domain::portal::Language;
use crate::error::{Error, Result};

struct Row {
    person_id: Uuid,
    version: String,
    language: String,
    shown_at: Instant,
}

/// Notes that a person was shown a version; the first time stays.
pub async fn insert(tx: &mut Tx, person_id: PersonId, notice: &ShownNotice) -> Result<()> {
    sqlx::query!(
        r#"
        insert into shown_notices (person_id, version, language, shown_at) values ($1, $2, $3, $4)
        on conflict (person_id, version) do nothing
        "#,
        person_id.as_uuid(),
        notice.version.as_str(),
        notice.language.as_str(),
        Instant::from(notice.shown_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What these persons were shown, oldest first.
pub async fn of(executor: impl PgExecutor<'_>, person_ids: &[Uuid]) -> Result<Vec<ShownNotice>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select person_id, version, language, shown_at as "shown_at: Instant"
        from shown_notices where person_id = any($1) order by shown_at, version
        "#,
        person_ids
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(ShownNotice::try_from).collect()
}

impl TryFrom<Row> for ShownNotice {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let language = Language::try_from(row.language.as_str());
        Ok(Self {
            version: NoticeVersion::stored(row.version),
            language: language.map_err(Error::word("shown_notices", row.person_id))?,
            shown_at: row.shown_at.timestamp(),
        })
    }
}
