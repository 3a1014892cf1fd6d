//! Parts with their latest attempts, and how those were settled by hand.

use std::collections::BTreeMap;

use platform::db::{Database, DbError};
use sqlx::PgConnection;

use crate::domain::ids::RunId;
use crate::domain::settlement::Settled;
use crate::error::ExportError;
use crate::store::attempts::{self, Attempt};
use crate::store::parts::{self, Part};
use crate::store::{runs, settlements};

/// A part as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartView {
    pub part: Part,
    /// The latest, newest first.
    pub attempts: Vec<Attempt>,
    /// By attempt.
    pub settlements: BTreeMap<i32, Settled>,
}

/// Attempts that are shown of a part.
const ATTEMPTS: i64 = 20;

/// The part with its attempts.
pub async fn view(connection: &mut PgConnection, part: Part) -> Result<PartView, ExportError> {
    Ok(PartView {
        attempts: attempts::latest(connection, part.id, ATTEMPTS).await?,
        settlements: settlements::of_part(connection, part.id).await?,
        part,
    })
}

pub async fn list(
    database: &Database,
    run: RunId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<PartView>, ExportError> {
    let mut connection = database.pool().acquire().await.map_err(DbError::from)?;
    if runs::find(&mut connection, run).await?.is_none() {
        return Err(ExportError::NotFound("run"));
    }
    let mut listed = Vec::new();
    for part in parts::of_run(&mut connection, run, after, limit).await? {
        listed.push(view(&mut connection, part).await?);
    }
    Ok(listed)
}
