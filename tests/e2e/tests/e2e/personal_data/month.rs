//! One participant's month again: the provider's system reports it anew, the participant approves it with BankID, and the
//! agency sends it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::arrivals::arrivals;
use journey::job::{CASES, Case, Job};
use journey::tour::AgencyDesk;
use journey::{AgencyClient, Browser, Places, SupplierSystem, new_id};
use proto::attendance::v1::{
    ApprovalOutcome, CompleteApprovalRequest, CompleteApprovalResponse, GetMonthRequest, GetMonthResponse,
    GetOwnMonthRequest, GetOwnMonthResponse, ImportHoursRequest, ImportHoursResponse, ListOwnMonthsRequest,
    ListOwnMonthsResponse, OwnMonth, PrepareApprovalRequest, PrepareApprovalResponse, SubmitMonthRequest,
    SubmitMonthResponse,
};
use proto::consent::v1::explain_service_client::ExplainServiceClient;
use proto::consent::v1::{ExplainReason, ExplainRowRequest};
use proto::export::v1::run_service_client::RunServiceClient;
use proto::export::v1::{
    CreateRunRequest, GetRunRequest, ReleaseRunRequest, Run, RunRowOutcome, RunStage, RunStatus,
};
use proto::identity::v1::Portal;
use proto::types::v1::{Language, PageRequest, Recipient};
use proto::uploads::v1::{UploadChunkRequest, UploadChunkResponse};
use support::try_eventually;

/// Somebody who consents to ESF and approves what is reported.
const CASE: usize = 5;
/// The first revision left with the job.
const REVISION: i32 = 2;
const PROVIDER: &str = "Provbolaget i Norr AB";
const SYSTEM: &str = "provbolaget-planning";
/// For what travels by event.
const PATIENCE: Duration = Duration::from_mins(1);

pub fn case() -> &'static Case {
    &CASES[CASE]
}

/// The provider's own system, which the job has connected.
pub async fn provider_system(places: &Places, desk: &AgencyDesk) -> Result<SupplierSystem> {
    let provider = desk.organisation(PROVIDER).await?;
    SupplierSystem::connect(places, &desk.officer, &provider.organisation_id, SYSTEM).await
}

/// Uploads a file of hours and has it imported.
pub async fn import(system: &SupplierSystem, file: &str) -> Result<ImportHoursResponse> {
    let upload_id = new_id();
    let request = UploadChunkRequest {
        upload_id: upload_id.clone(),
        offset: 0,
        content: file.as_bytes().to_vec().into(),
    };
    let path = "attendance/deltaga.uploads.v1.UploadService/UploadChunk";
    let _received: UploadChunkResponse = system.call(path, &request).await?;
    let request = ImportHoursRequest {
        request_id: new_id(),
        upload_id,
        allow_partial: false,
        replace_drafts: true,
        validate_only: false,
    };
    system
        .call("deltaga.attendance.v1.MonthService/ImportHours", &request)
        .await
}

/// The etag of the month as it is now.
pub async fn etag(job: &Job<'_>, system: &SupplierSystem, placement_id: &str) -> Result<String> {
    let request = GetMonthRequest {
        placement_id: placement_id.to_owned(),
        month: Some(job.month()),
    };
    let month: GetMonthResponse = system
        .call("deltaga.attendance.v1.MonthService/GetMonth", &request)
        .await?;
    Ok(month.etag)
}

/// Reports the month of the job anew, all of it as this activity.
pub async fn report(job: &Job<'_>, system: &SupplierSystem, activity: &str) -> Result<()> {
    let file = hours_as(job, activity)?;
    let imported = try_eventually(PATIENCE, || async {
        let imported = import(system, &file).await?;
        ensure!(imported.imported, "the hours were refused: {:?}", imported.rows);
        anyhow::Ok(imported)
    })
    .await?;
    let month = imported.months.into_iter().next().context("a month")?;
    let request = SubmitMonthRequest {
        request_id: new_id(),
        placement_id: month.placement_id,
        month: month.month,
        etag: month.etag,
        zero_month: false,
    };
    let submitted: SubmitMonthResponse = system
        .call("deltaga.attendance.v1.MonthService/SubmitMonth", &request)
        .await?;
    let revision = submitted.revision.context("a revision")?.revision;
    ensure!(revision == REVISION, "revision {revision} was submitted");
    Ok(())
}

/// The participant reads the month and approves it.
pub async fn approve(job: &Job<'_>, placement_id: &str) -> Result<()> {
    let browser = Browser::sign_in(job.places, &case().person, Portal::Participant).await?;
    let month = own_month(job, &browser, placement_id).await?;
    let summary = month.summary.context("a summary")?;
    let request = PrepareApprovalRequest {
        month_report_id: summary.month_report_id,
        revision: summary.revision,
        content_hash: month.content_hash,
        language: Language::Sv.into(),
    };
    let prepared: PrepareApprovalResponse = browser
        .call("deltaga.attendance.v1.AnswerService/PrepareApproval", &request)
        .await?;
    let signature_id = prepared.signature_id;
    browser.sign(vec![signature_id.clone()]).await?;
    let request = CompleteApprovalRequest { signature_id };
    let done: CompleteApprovalResponse = browser
        .call("deltaga.attendance.v1.AnswerService/CompleteApproval", &request)
        .await?;
    let outcome = done.outcome();
    ensure!(outcome == ApprovalOutcome::Approved, "the approval: {outcome:?}");
    Ok(())
}

/// Waits until consent has heard of the approval.
pub async fn is_heard_of(job: &Job<'_>, system: &AgencyClient, placement_id: &str) -> Result<()> {
    try_eventually(PATIENCE, || async {
        let request = ExplainRowRequest {
            placement_id: placement_id.to_owned(),
            month: Some(job.month()),
            recipient: Recipient::Esf.into(),
        };
        let row = ExplainServiceClient::new(system.consent.clone())
            .explain_row(system.ask(request))
            .await?
            .into_inner();
        ensure!(
            row.revision == REVISION && row.reason() == ExplainReason::WaitingForRun,
            "revision {}: {:?}",
            row.revision,
            row.reason()
        );
        anyhow::Ok(())
    })
    .await
}

/// A run to ESF with the month in it, held before this stage. One that was too early ends by itself.
pub async fn run_held(job: &Job<'_>, system: &AgencyClient, hold_before: RunStage) -> Result<String> {
    try_eventually(PATIENCE, || async {
        let request = CreateRunRequest {
            month: Some(job.month()),
            recipient: Recipient::Esf.into(),
            hold_before: hold_before.into(),
            request_id: new_id(),
        };
        let created = RunServiceClient::new(system.export.clone())
            .create_run(system.ask(request))
            .await?;
        let run_id = created.into_inner().run.context("a run")?.run_id;
        let run = settled(system, &run_id).await?;
        let planned = run
            .counts
            .iter()
            .any(|count| count.outcome() == RunRowOutcome::Planned);
        ensure!(run.status() == RunStatus::Held && planned, "{:?}", run.counts);
        anyhow::Ok(run_id)
    })
    .await
}

/// Lets a run go on that is held before this stage.
pub async fn release(system: &AgencyClient, run_id: &str, held_before: RunStage) -> Result<()> {
    let request = ReleaseRunRequest {
        run_id: run_id.to_owned(),
        held_before: held_before.into(),
        hold_before: RunStage::Unspecified.into(),
    };
    RunServiceClient::new(system.export.clone())
        .release_run(system.ask(request))
        .await?;
    Ok(())
}

/// How far a run has come.
pub async fn look(system: &AgencyClient, run_id: &str) -> Result<Run> {
    let request = GetRunRequest {
        run_id: run_id.to_owned(),
    };
    let answer = RunServiceClient::new(system.export.clone())
        .get_run(system.ask(request))
        .await?;
    answer.into_inner().run.context("a run")
}

/// Waits until a run has ended.
pub async fn ended(system: &AgencyClient, run_id: &str) -> Result<()> {
    let run = settled(system, run_id).await?;
    ensure!(run.status() == RunStatus::Ended, "the run is {:?}", run.status());
    Ok(())
}

/// Fails unless the month has arrived at ESF.
pub async fn arrived(places: &Places) -> Result<()> {
    let number = case().person.digits();
    let arrived = arrivals(places).await?;
    let is_it = |row: &expected::Row| {
        row.recipient == "ESF" && row.personal_number == number && row.revision == REVISION.unsigned_abs()
    };
    ensure!(
        arrived
            .iter()
            .any(|arrival| arrival.counts && is_it(&arrival.row)),
        "the month with the facts did not arrive"
    );
    Ok(())
}

async fn settled(system: &AgencyClient, run_id: &str) -> Result<Run> {
    try_eventually(PATIENCE, || async {
        let run = look(system, run_id).await?;
        match run.status() {
            RunStatus::Held | RunStatus::Ended => Ok(run),
            RunStatus::Running | RunStatus::Cancelled | RunStatus::Unspecified => {
                bail!(
                    "the run is {:?} at {:?}: {}",
                    run.status(),
                    run.stage(),
                    run.problem
                )
            }
        }
    })
    .await
}

async fn own_month(job: &Job<'_>, browser: &Browser, placement_id: &str) -> Result<OwnMonth> {
    let request = ListOwnMonthsRequest {
        page: Some(PageRequest {
            size: 200,
            token: String::new(),
        }),
    };
    let listed: ListOwnMonthsResponse = browser
        .call("deltaga.attendance.v1.AnswerService/ListOwnMonths", &request)
        .await?;
    let mut months = listed.months.into_iter();
    let found = months.find(|month| month.placement_id == placement_id && month.month == Some(job.month()));
    let request = GetOwnMonthRequest {
        month_report_id: found.context("the own month")?.month_report_id,
    };
    let read: GetOwnMonthResponse = browser
        .call("deltaga.attendance.v1.AnswerService/GetOwnMonth", &request)
        .await?;
    read.month.context("a month")
}

// The minutes of one activity of the job, under another code.
fn hours_as(job: &Job<'_>, activity: &str) -> Result<String> {
    let file = format!("hours-{}.csv", case().workplace.provider());
    let told = std::fs::read_to_string(job.folder.join(file))?;
    let (reference, code) = (case().reference(&job.month_name()), ",JOBBSOKARAKTIVITET,");
    let own = told
        .lines()
        .filter(|line| line.starts_with(&reference) && line.contains(code));
    let own = own.map(|line| line.replace(code, &format!(",{activity},")) + "\n");
    let own: String = own.collect();
    ensure!(!own.is_empty(), "the participant has no hours");
    Ok(format!("case_reference,day,activity_code,minutes\n{own}"))
}
