//! Rows about a person, for that person: a page at a time, in the order of runs.

use platform::db::{Database, Tx};
use platform::subject::behind;

use crate::domain::ids::PersonId;
use crate::error::ExportError;
use crate::store::rows::own::{self, Own, Position};

/// Rows of a page: what one person's export takes of the memory at a time.
const PAGE: usize = 100;

/// A page, and where the next one begins.
pub async fn page(
    database: &Database,
    persons: &[PersonId],
    after: Option<Position>,
) -> Result<(Vec<Own>, Option<Position>), ExportError> {
    let limit = i64::try_from(PAGE).expect("a page is small");
    let rows: Vec<Own> = database
        .transaction("export.export_subject", async |tx: &mut Tx| {
            Ok::<_, ExportError>(own::of_persons(tx, persons, after, limit).await?)
        })
        .await?;
    let next = behind(&rows, PAGE, Own::position);
    Ok((rows, next))
}
