//! The agency runs the exports: one goes straight through, one is held at the last instant, in which somebody takes a
//! consent back.

use anyhow::{Context as _, Result, ensure};
use proto::consent::v1::{
    ExplainReason, ExplainRowRequest, ExplainRowResponse, explain_service_client::ExplainServiceClient,
};
use proto::export::v1::{
    CreateRunRequest, GetRunRequest, ListRunsRequest, ReleaseRunRequest, Run, RunStage, RunStatus,
    run_service_client::RunServiceClient,
};
use proto::types::v1::Recipient;
use tonic::transport::Channel;

use super::answers::withdraw;
use super::calls::{patiently, several, until, whole_page};
use super::cases::{Answer, CASES, Case, Story, Workplace};
use super::decisions::Placements;
use super::{Job, Tell};
use crate::{AgencyClient, new_id};

/// Both recipients.
pub const RECIPIENTS: [Recipient; 2] = [Recipient::Esf, Recipient::Scb];

/// Whether both recipients have had the month.
pub async fn is_done(job: &Job<'_>, system: &AgencyClient) -> Result<bool> {
    for recipient in RECIPIENTS {
        let runs = runs(job, system, recipient).await?;
        if !runs.iter().any(|run| run.status() == RunStatus::Ended) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Runs both exports.
pub async fn send(
    job: &Job<'_>,
    system: &AgencyClient,
    placements: &Placements,
    tell: Tell<'_>,
) -> Result<()> {
    wait_until_everything_is_heard_of(job, system, placements).await?;
    tell(
        "The agency runs the export to ESF, held before sending; one participant withdraws, and it is released.",
    );
    let held = begin(job, system, Recipient::Esf, RunStage::Begin).await?;
    let held = until("the run is not held", || settled(system, &held.run_id)).await?;
    if held.status() == RunStatus::Held {
        let told = withdraw(
            job,
            story(Story::WithdrawsBeforeSending)?,
            placements,
            Recipient::Esf,
        )
        .await?;
        ensure!(
            told.already_sent.is_empty() && told.in_transfer.is_empty(),
            "something had left of a person before it was sent"
        );
        release(system, &held.run_id).await?;
        until("the run to ESF does not end", || {
            reached(system, &held.run_id, RunStatus::Ended)
        })
        .await?;
    }
    tell("The export to SCB runs through; then another participant withdraws, whose month has left.");
    let run = begin(job, system, Recipient::Scb, RunStage::Unspecified).await?;
    until("the run to SCB does not end", || {
        reached(system, &run.run_id, RunStatus::Ended)
    })
    .await?;
    let late = story(Story::WithdrawsAfterSending)?;
    let told = withdraw(job, late, placements, Recipient::Esf).await?;
    let placement_id = placements.of(late)?;
    ensure!(
        told.already_sent
            .iter()
            .any(|sent| sent.placement_id == placement_id && sent.month == Some(job.month())),
        "a month that had left was not told at the withdrawal"
    );
    Ok(())
}

/// Where a row stands, as the agency sees it.
pub async fn explain(
    job: &Job<'_>,
    system: &AgencyClient,
    placement_id: &str,
    recipient: Recipient,
) -> Result<ExplainRowResponse> {
    let request = ExplainRowRequest {
        placement_id: placement_id.to_owned(),
        month: Some(job.month()),
        recipient: recipient.into(),
    };
    patiently(&["consent"], || async {
        let mut service = ExplainServiceClient::new(system.consent.clone());
        Ok(service
            .explain_row(system.ask(request.clone()))
            .await?
            .into_inner())
    })
    .await
}

/// The runs of the month to a recipient, newest first.
pub async fn runs(job: &Job<'_>, system: &AgencyClient, recipient: Recipient) -> Result<Vec<Run>> {
    let request = ListRunsRequest {
        month: Some(job.month()),
        recipient: recipient.into(),
        page: Some(whole_page()),
    };
    patiently(&["export"], || async {
        let answer = service(system).list_runs(system.ask(request.clone())).await?;
        Ok(answer.into_inner().runs)
    })
    .await
}

// Answers and consents travel by event; a run that is too early would take those rows the next time only.
async fn wait_until_everything_is_heard_of(
    job: &Job<'_>,
    system: &AgencyClient,
    placements: &Placements,
) -> Result<()> {
    let leaving = CASES.iter().flat_map(|case| {
        RECIPIENTS
            .into_iter()
            .filter(|recipient| leaves(case, *recipient))
            .map(move |recipient| (case, recipient))
    });
    let all = leaving.map(|(case, recipient)| async move {
        let placement_id = placements.of(case)?;
        until("a row does not wait for the run", || async {
            let row = explain(job, system, placement_id, recipient).await?;
            let is_late = matches!(
                row.reason(),
                ExplainReason::NotSubmitted
                    | ExplainReason::NotAnswered
                    | ExplainReason::NoConsent
                    | ExplainReason::Rejected
                    | ExplainReason::Lapsed
            );
            ensure!(!is_late, "{:?}", row.reason());
            Ok(())
        })
        .await
        .with_context(|| format!("participant {}", case.number))
    });
    several(all).await.map(drop)
}

fn leaves(case: &Case, recipient: Recipient) -> bool {
    let is_consented = match recipient {
        Recipient::Esf => case.consents.0 && case.workplace != Workplace::OwnFirm,
        Recipient::Scb => case.consents.1,
        Recipient::Unspecified => false,
    };
    is_consented
        && case.answer == Answer::Approve
        && case.workplace != Workplace::Training
        && case.story != Story::ProtectedIdentity
}

// A run that an earlier journey began goes on.
async fn begin(
    job: &Job<'_>,
    system: &AgencyClient,
    recipient: Recipient,
    hold_before: RunStage,
) -> Result<Run> {
    if let Some(known) = runs(job, system, recipient).await?.into_iter().next() {
        return Ok(known);
    }
    let request = CreateRunRequest {
        month: Some(job.month()),
        recipient: recipient.into(),
        hold_before: hold_before.into(),
        request_id: new_id(),
    };
    patiently(&["export"], || async {
        let answer = service(system).create_run(system.ask(request.clone())).await?;
        answer.into_inner().run.context("a run")
    })
    .await
}

/// The run, if it has this status.
pub async fn reached(system: &AgencyClient, run_id: &str, status: RunStatus) -> Result<Run> {
    let request = GetRunRequest {
        run_id: run_id.to_owned(),
    };
    let run = patiently(&["export"], || async {
        let answer = service(system).get_run(system.ask(request.clone())).await?;
        answer.into_inner().run.context("a run")
    })
    .await?;
    ensure!(
        run.status() == status,
        "the run is {:?} at {:?}, problem: {}",
        run.status(),
        run.stage(),
        run.problem
    );
    Ok(run)
}

// Held, or ended if an earlier journey released it.
async fn settled(system: &AgencyClient, run_id: &str) -> Result<Run> {
    match reached(system, run_id, RunStatus::Held).await {
        Ok(held) => Ok(held),
        Err(_not_held) => reached(system, run_id, RunStatus::Ended).await,
    }
}

/// Lets a run go on that is held before it begins to send.
pub async fn release(system: &AgencyClient, run_id: &str) -> Result<()> {
    let request = ReleaseRunRequest {
        run_id: run_id.to_owned(),
        held_before: RunStage::Begin.into(),
        hold_before: RunStage::Unspecified.into(),
    };
    patiently(&["export"], || async {
        service(system).release_run(system.ask(request.clone())).await?;
        Ok(())
    })
    .await
}

fn service(system: &AgencyClient) -> RunServiceClient<Channel> {
    RunServiceClient::new(system.export.clone())
}

fn story(story: Story) -> Result<&'static Case> {
    CASES
        .iter()
        .find(|case| case.story == story)
        .context("a case with this story")
}
