//! The wordings in force today.

use platform::db::Database;

use crate::domain::calendar::day_of;
use crate::domain::recipient::{Language, Recipient};
use crate::domain::text::ConsentText;
use crate::error::ConsentError;
use crate::store;

pub async fn list(
    database: &Database,
    language: Language,
    after: Option<Recipient>,
    limit: i64,
) -> Result<Vec<ConsentText>, ConsentError> {
    database
        .transaction("consent.list_texts", async |tx| {
            let today = day_of(tx.now());
            Ok(store::texts::in_force(tx, today, language, after, limit).await?)
        })
        .await
}
