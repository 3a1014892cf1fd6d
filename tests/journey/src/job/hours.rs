//! Hours from the providers' own systems become drafts, by file or, where none are taken, by hand; and drafts are submitted.

mod by_hand;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use proto::attendance::v1::{
    ImportHoursRequest, ImportHoursResponse, ListMonthsRequest, ListMonthsResponse, MonthStatus,
    MonthSummary, SubmitMonthRequest, SubmitMonthResponse,
};
use proto::types::v1::Month;

use super::Job;
use super::calls::{Reporter, several, until, whole_page};
use super::cases::{CASES, Case, Story, Workplace};
use super::decisions::Placements;
use super::inputs::{corrections_file, hours_file};
use super::providers::Providers;
use crate::new_id;

/// One place of each provider, by which the system that reports for all of it is found.
const PROVIDERS: &[Workplace] = &[Workplace::Umea, Workplace::OwnFirm, Workplace::Training];

/// A draft to submit.
struct Drafted {
    placement_id: String,
    month: Option<Month>,
    etag: String,
}

/// Imports and submits what is not submitted yet.
pub async fn report(job: &Job<'_>, providers: &Providers, placements: &Placements) -> Result<()> {
    // By hand each unit's supervisor reports for the unit alone.
    let is_by_system = job.places.has_additions;
    let reporting = if is_by_system { PROVIDERS } else { &Workplace::ALL };
    several(reporting.iter().map(|workplace| async move {
        let workplace = *workplace;
        let reporter = providers.reporter(workplace).await?;
        let is_open = |case: &&Case, months: &BTreeMap<String, MonthSummary>| {
            let summary = placements.of(case).ok().and_then(|id| months.get(id));
            summary.is_none_or(|month| month.revision == 0)
        };
        let months = months(job, &reporter).await?;
        let is_own = |case: &&Case| {
            if is_by_system {
                case.workplace.provider() == workplace.provider()
            } else {
                case.workplace == workplace
            }
        };
        let begun = CASES
            .iter()
            .filter(|case| case.story != Story::InterruptedBeforeStart);
        let own = begun.filter(is_own);
        let open: Vec<&Case> = own.filter(|case| is_open(case, &months)).collect();
        if open.is_empty() {
            return Ok(());
        }
        let content = rows_of(job, &read(job, &hours_file(workplace.provider()))?, &open);
        submit(job, &reporter, placements, &content).await?;
        for case in open.into_iter().filter(|case| case.story == Story::ZeroMonth) {
            submit_zero(job, &reporter, placements.of(case)?).await?;
        }
        anyhow::Ok(())
    }))
    .await?;
    Ok(())
}

/// Imports and submits the corrections that have not been submitted yet.
pub async fn correct(job: &Job<'_>, providers: &Providers, placements: &Placements) -> Result<()> {
    let reporter = providers.reporter(Workplace::Umea).await?;
    let months = months(job, &reporter).await?;
    let corrected = CASES
        .iter()
        .find(|case| case.story == Story::CorrectedAfterApproval)
        .context("a case that is corrected")?;
    let month = months.get(placements.of(corrected)?);
    if month.is_some_and(|month| month.revision >= 2) {
        return Ok(());
    }
    let file = corrections_file(corrected.workplace.provider());
    submit(job, &reporter, placements, &read(job, &file)?).await
}

/// The months of all placements that a reporter sees.
pub async fn months(job: &Job<'_>, reporter: &Reporter) -> Result<BTreeMap<String, MonthSummary>> {
    let request = ListMonthsRequest {
        month: Some(job.month()),
        unit_id: String::new(),
        status: MonthStatus::Unspecified.into(),
        page: Some(whole_page()),
    };
    let listed: ListMonthsResponse = until("the months cannot be listed", || {
        reporter.call("deltaga.attendance.v1.MonthService/ListMonths", &request)
    })
    .await?;
    let by_placement = listed
        .months
        .into_iter()
        .map(|month| (month.placement_id.clone(), month));
    Ok(by_placement.collect())
}

/// Brings what a file of hours says into drafts and submits them.
pub async fn submit(
    job: &Job<'_>,
    reporter: &Reporter,
    placements: &Placements,
    content: &str,
) -> Result<()> {
    if content.lines().nth(1).is_none() {
        return Ok(());
    }
    let upload_id = if job.places.has_additions {
        Some(reporter.upload(content.as_bytes()).await?)
    } else {
        None
    };
    // Placements and plans reach attendance by event: until then rows are refused, the file stays, and it is tried anew.
    let drafted = until("the hours were refused", || async {
        match &upload_id {
            Some(upload_id) => import(reporter, upload_id).await,
            None => by_hand::enter(job, reporter, placements, content).await,
        }
    });
    several(drafted.await?.into_iter().map(|drafted| async move {
        let request = SubmitMonthRequest {
            request_id: new_id(),
            placement_id: drafted.placement_id,
            month: drafted.month,
            etag: drafted.etag,
            zero_month: false,
        };
        let submitted: SubmitMonthResponse = reporter
            .call("deltaga.attendance.v1.MonthService/SubmitMonth", &request)
            .await?;
        submitted.revision.context("a revision")
    }))
    .await?;
    Ok(())
}

// A journey that was interrupted goes on with the months that are not submitted yet.
fn rows_of(job: &Job<'_>, content: &str, open: &[&Case]) -> String {
    let month = job.month_name();
    let references: Vec<String> = open.iter().map(|case| case.reference(&month)).collect();
    let is_open = |line: &&str| references.iter().any(|reference| line.starts_with(reference));
    let (header, rows) = content.split_once('\n').unwrap_or((content, ""));
    let rows = rows.lines().filter(is_open).map(|row| format!("{row}\n"));
    format!("{header}\n{}", rows.collect::<String>())
}

fn read(job: &Job<'_>, file: &str) -> Result<String> {
    std::fs::read_to_string(job.folder.join(file)).with_context(|| format!("{file} cannot be read"))
}

async fn import(reporter: &Reporter, upload_id: &str) -> Result<Vec<Drafted>> {
    let request = ImportHoursRequest {
        request_id: new_id(),
        upload_id: upload_id.to_owned(),
        allow_partial: false,
        replace_drafts: true,
        validate_only: false,
    };
    let answer: ImportHoursResponse = reporter
        .call("deltaga.attendance.v1.MonthService/ImportHours", &request)
        .await?;
    if answer.imported {
        let months = answer.months.into_iter().map(|month| Drafted {
            placement_id: month.placement_id,
            month: month.month,
            etag: month.etag,
        });
        return Ok(months.collect());
    }
    let why = answer
        .rows
        .iter()
        .take(5)
        .map(|row| format!("line {}, {}: {:?}", row.line, row.column, row.reason()));
    bail!("the file was refused: {}", why.collect::<Vec<_>>().join("; "));
}

async fn submit_zero(job: &Job<'_>, reporter: &Reporter, placement_id: &str) -> Result<()> {
    let request = SubmitMonthRequest {
        request_id: new_id(),
        placement_id: placement_id.to_owned(),
        month: Some(job.month()),
        etag: String::new(),
        zero_month: true,
    };
    let submitted: SubmitMonthResponse = reporter
        .call("deltaga.attendance.v1.MonthService/SubmitMonth", &request)
        .await
        .context("a zero month")?;
    submitted.revision.context("a revision").map(drop)
}
