//! Rows of a run. Reading them is told to the persons they are about, in the transaction of the read.

use platform::access::{self, Depth, Reader};
use platform::db::{Database, Tx};

use crate::domain::ids::{MonthReportId, RunId};
use crate::error::ExportError;
use crate::store::rows::{self, Told};
use crate::store::runs;

/// Which outcome is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeFilter {
    Any,
    Withheld,
    Planned,
    InTransfer,
    Delivered,
    Receipted,
    Refused,
    Cancelled,
}

/// A page of rows after `after`.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub run: RunId,
    pub outcome: OutcomeFilter,
    pub after: Option<MonthReportId>,
    pub limit: i64,
}

pub async fn list(database: &Database, reader: &Reader, asked: Asked) -> Result<Vec<Told>, ExportError> {
    let (state, stages) = asked.outcome.columns();
    database
        .transaction("export.list_run_rows", async |tx: &mut Tx| {
            if runs::find(tx, asked.run).await?.is_none() {
                return Err(ExportError::NotFound("run"));
            }
            let told = rows::of_run(tx, asked.run, state, stages, asked.after, asked.limit).await?;
            let persons: Vec<_> = told.iter().map(|row| row.person.as_uuid()).collect();
            access::record(tx, reader, "export_outcome", "export", &persons, Depth::List).await?;
            Ok(told)
        })
        .await
}

impl OutcomeFilter {
    /// State of the row and stages of its part.
    fn columns(self) -> (Option<&'static str>, &'static [&'static str]) {
        match self {
            Self::Any => (None, &[]),
            Self::Withheld => (Some("withheld"), &[]),
            Self::Planned => (Some("planned"), &["none", "authorise", "seal", "begin"]),
            Self::InTransfer => (Some("planned"), &["send", "sending"]),
            Self::Delivered => (Some("planned"), &["receipt"]),
            Self::Receipted => (Some("receipted"), &[]),
            Self::Refused => (Some("refused"), &[]),
            Self::Cancelled => (Some("cancelled"), &[]),
        }
    }
}
