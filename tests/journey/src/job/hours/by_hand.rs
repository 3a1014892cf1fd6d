//! Hours typed in by a supervisor, month by month, where no files are taken: the same hours as in the file.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use proto::attendance::v1::save_month_draft_response::Outcome;
use proto::attendance::v1::{
    GetMonthRequest, GetMonthResponse, MonthEntry, SaveMonthDraftRequest, SaveMonthDraftResponse,
};

use super::super::calls::{Reporter, several};
use super::super::decisions::Placements;
use super::super::{Job, day_of};
use super::Drafted;

/// Enters every month that a file has rows of.
pub async fn enter(
    job: &Job<'_>,
    reporter: &Reporter,
    placements: &Placements,
    content: &str,
) -> Result<Vec<Drafted>> {
    let mut months: BTreeMap<&str, Vec<MonthEntry>> = BTreeMap::new();
    for row in content.lines().skip(1) {
        let (reference, entry) = read(row).with_context(|| format!("no row of hours: {row}"))?;
        months.entry(reference).or_default().push(entry);
    }
    let drafts = months.into_iter().map(|(reference, entries)| async move {
        let placement_id = placements.of_reference(reference)?;
        save(job, reporter, placement_id, entries).await
    });
    several(drafts).await
}

async fn save(
    job: &Job<'_>,
    reporter: &Reporter,
    placement_id: &str,
    entries: Vec<MonthEntry>,
) -> Result<Drafted> {
    let request = GetMonthRequest {
        placement_id: placement_id.to_owned(),
        month: Some(job.month()),
    };
    let seen: GetMonthResponse = reporter
        .call("deltaga.attendance.v1.MonthService/GetMonth", &request)
        .await?;
    let request = SaveMonthDraftRequest {
        placement_id: placement_id.to_owned(),
        month: Some(job.month()),
        etag: seen.etag,
        entries,
        validate_only: false,
    };
    let answer: SaveMonthDraftResponse = reporter
        .call("deltaga.attendance.v1.MonthService/SaveMonthDraft", &request)
        .await?;
    match answer.outcome {
        Some(Outcome::Saved(draft)) => Ok(Drafted {
            placement_id: placement_id.to_owned(),
            month: Some(job.month()),
            etag: draft.etag,
        }),
        Some(Outcome::Conflict(_)) => bail!("somebody else changed the month"),
        None => bail!("a draft without an answer"),
    }
}

fn read(row: &str) -> Result<(&str, MonthEntry)> {
    let mut cells = row.split(',');
    let mut cell = || cells.next().context("a cell is missing");
    let (reference, day, code, minutes) = (cell()?, cell()?, cell()?, cell()?);
    let entry = MonthEntry {
        day: Some(day_of(day.parse::<Date>()?)),
        activity_code: code.to_owned(),
        minutes: minutes.parse()?,
    };
    Ok((reference, entry))
}
