//! What was sent about a person, from the ledger.

use platform::db::Database;

use crate::domain::ids::Who;
use crate::domain::recipient::Recipient;
use crate::error::ConsentError;
use crate::store;
use crate::store::disclosures::{Disclosed, Position};

pub async fn list(
    database: &Database,
    who: &Who,
    only: Option<Recipient>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Disclosed>, ConsentError> {
    database
        .transaction("consent.list_own_disclosures", async |tx| {
            let persons = store::persons::ids_of(tx, &who.ids()).await?;
            Ok(store::disclosures::list(tx, &persons, only, after, limit).await?)
        })
        .await
}
