//! Parts with their latest attempts.

use platform::db::{Database, DbError};

use crate::domain::ids::RunId;
use crate::error::ExportError;
use crate::store::attempts::{self, Attempt};
use crate::store::parts::{self, Part};
use crate::store::runs;

/// Attempts that are shown of a part.
const ATTEMPTS: i64 = 20;

pub async fn list(
    database: &Database,
    run: RunId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<(Part, Vec<Attempt>)>, ExportError> {
    let mut connection = database.pool().acquire().await.map_err(DbError::from)?;
    if runs::find(&mut connection, run).await?.is_none() {
        return Err(ExportError::NotFound("run"));
    }
    let mut listed = Vec::new();
    for part in parts::of_run(&mut connection, run, after, limit).await? {
        let latest = attempts::latest(&mut connection, part.id, ATTEMPTS).await?;
        listed.push((part, latest));
    }
    Ok(listed)
}
