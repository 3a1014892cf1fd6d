//! What a run comes to: its rows by outcome, and where its parts are.

use std::collections::BTreeMap;

use platform::db::{DbError, Instant};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::RunId;
use crate::domain::part::PartStage;
use crate::domain::row::{RowOutcome, RowState};

/// The parts of a run, summed up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartsSummary {
    /// Stages of parts that have not ended, each with how many are there.
    pub at: Vec<(PartStage, i32)>,
    pub ended: i32,
    /// Parts that wait after a problem.
    pub waiting: i32,
    /// The latest problem of a part that has not ended.
    pub problem: Option<String>,
}

/// Rows by outcome.
pub async fn rows(connection: &mut PgConnection, run: RunId) -> Result<BTreeMap<RowOutcome, i64>, DbError> {
    let groups = sqlx::query!(
        r#"
        select state, reason, stage as "stage?", ending, count(*) as "rows!"
        from run_rows left join parts using (part_id)
        where run_rows.run_id = $1 group by state, reason, stage, ending
        "#,
        run as _,
    )
    .fetch_all(connection)
    .await?;
    let mut counts = BTreeMap::new();
    for group in groups {
        let wrong = |column| inconsistent("run_rows", column, run);
        let state =
            RowState::from_codes(&group.state, group.reason.as_deref()).ok_or_else(|| wrong("state"))?;
        let stage = group.stage.as_deref().map(|stage| {
            PartStage::from_codes(stage, group.ending.as_deref()).ok_or_else(|| wrong("part_id"))
        });
        *counts.entry(state.outcome(stage.transpose()?)).or_default() += group.rows;
    }
    Ok(counts)
}

/// Where the parts are.
pub async fn parts(connection: &mut PgConnection, run: RunId) -> Result<PartsSummary, DbError> {
    let rows = sqlx::query!(
        r#"
        select stage, ending, problem, waits_until as "waits_until: Instant", count(*) as "parts!"
        from parts where run_id = $1 group by stage, ending, problem, waits_until
        order by waits_until nulls first
        "#,
        run as _,
    )
    .fetch_all(connection)
    .await?;
    let mut summary = PartsSummary::default();
    for row in rows {
        let stage = PartStage::from_codes(&row.stage, row.ending.as_deref())
            .ok_or_else(|| inconsistent("parts", "stage", run))?;
        let parts = i32::try_from(row.parts).unwrap_or(i32::MAX);
        if stage.stage().is_none() {
            summary.ended += parts;
            continue;
        }
        summary.at.push((stage, parts));
        if row.waits_until.is_some() {
            summary.waiting += parts;
        }
        summary.problem = row.problem.or(summary.problem);
    }
    Ok(summary)
}
