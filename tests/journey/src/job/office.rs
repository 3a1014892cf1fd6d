//! The same people going on after the job: corrections one at a time and runs under one's own eyes, for tests of what can
//! go wrong on the way to a recipient.

use anyhow::{Context as _, Result, ensure};
use jiff::civil::Date;
use proto::consent::v1::{ExplainReason, ExplainRowResponse, WithdrawResponse};
use proto::export::v1::{
    CreateRunRequest, ListRunPartsRequest, PartAttempt, RetryRunRequest, Run, RunStage, RunStatus,
    run_service_client::RunServiceClient,
};
use proto::types::v1::Recipient;

use super::calls::{until, whole_page};
use super::cases::{CASES, Case};
use super::decisions::{self, Placements};
use super::providers::Providers;
use super::{Job, answers, hours, inputs, sending};
use crate::tour::AgencyDesk;
use crate::{AgencyClient, Gateway, new_id};

/// Everybody signed in.
pub struct Office<'a> {
    job: &'a Job<'a>,
    desk: AgencyDesk,
    providers: Providers,
    placements: Placements,
    working_days: Vec<Date>,
}

impl<'a> Office<'a> {
    /// Signs everybody in.
    pub async fn open(job: &'a Job<'a>) -> Result<Self> {
        let gateway = Gateway::open(job.places)?;
        let desk = AgencyDesk::open(job.places, &gateway, &job.cast.officer).await?;
        let providers = Box::pin(Providers::gather(job, &desk)).await?;
        let working_days = providers.working_days(job.month()).await?;
        let placements = decisions::import(job, &desk.system, &mut |_| {}).await?;
        Ok(Self {
            job,
            desk,
            providers,
            placements,
            working_days,
        })
    }

    /// Corrects the month of a case to this revision, has it approved, and gives its hours. Waits until consent has heard.
    pub async fn correct(&self, number: usize, revision: usize) -> Result<u32> {
        let case = case(number)?;
        let rows = inputs::rows(self.job, case, self.working_days.iter(), 10 * revision);
        let file = format!("{}{rows}", inputs::HOURS_HEADER);
        let reporter = self.providers.reporter(case.workplace).await?;
        hours::submit(self.job, &reporter, &self.placements, &file).await?;
        answers::approve(self.job, case, &self.placements, i32::try_from(revision)?).await?;
        until("the correction is not heard of", || async {
            let row = self.explain(number, Recipient::Scb).await?;
            ensure!(usize::try_from(row.revision)? == revision, "an older revision");
            ensure!(row.reason() == ExplainReason::WaitingForRun, "{:?}", row.reason());
            Ok(())
        })
        .await?;
        let minutes = rows
            .lines()
            .filter_map(|row| row.rsplit(',').next()?.parse::<u32>().ok());
        Ok(minutes.map(|minutes| minutes.div_ceil(60)).sum())
    }

    /// Begins a run of the month.
    pub async fn begin(&self, recipient: Recipient, hold_before: RunStage) -> Result<String> {
        let system = self.system().await?;
        let request = CreateRunRequest {
            month: Some(self.job.month()),
            recipient: recipient.into(),
            hold_before: hold_before.into(),
            request_id: new_id(),
        };
        let answer = RunServiceClient::new(system.export.clone())
            .create_run(system.ask(request))
            .await?;
        Ok(answer.into_inner().run.context("a run")?.run_id)
    }

    /// Waits until a run has this status.
    pub async fn reached(&self, run_id: &str, status: RunStatus) -> Result<Run> {
        let system = self.system().await?;
        until("the run does not get there", || {
            sending::reached(&system, run_id, status)
        })
        .await
    }

    /// Waits until a run tells this problem.
    pub async fn troubled(&self, run_id: &str, problem: &str) -> Result<Run> {
        let system = self.system().await?;
        until("the run tells no such problem", || async {
            let run = sending::reached(&system, run_id, RunStatus::Running).await?;
            ensure!(run.problem == problem, "the problem is {:?}", run.problem);
            Ok(run)
        })
        .await
    }

    /// Lets a held run go on to its end.
    pub async fn release(&self, run_id: &str) -> Result<()> {
        sending::release(&self.system().await?, run_id).await
    }

    /// Has parts that wait tried again at once.
    pub async fn retry(&self, run_id: &str) -> Result<()> {
        let system = self.system().await?;
        let request = RetryRunRequest {
            run_id: run_id.to_owned(),
        };
        RunServiceClient::new(system.export.clone())
            .retry_run(system.ask(request))
            .await?;
        Ok(())
    }

    /// All attempts of a run, by part and newest first.
    pub async fn attempts(&self, run_id: &str) -> Result<Vec<PartAttempt>> {
        let system = self.system().await?;
        let request = ListRunPartsRequest {
            run_id: run_id.to_owned(),
            page: Some(whole_page()),
        };
        let answer = RunServiceClient::new(system.export.clone())
            .list_run_parts(system.ask(request))
            .await?;
        let parts = answer.into_inner().parts.into_iter();
        Ok(parts.flat_map(|part| part.attempts).collect())
    }

    /// Where the month of a case stands for a recipient.
    pub async fn explain(&self, number: usize, recipient: Recipient) -> Result<ExplainRowResponse> {
        let placement_id = self.placements.of(case(number)?)?;
        sending::explain(self.job, &self.system().await?, placement_id, recipient).await
    }

    /// Takes the consent of a case's participant back.
    pub async fn withdraw(&self, number: usize, recipient: Recipient) -> Result<WithdrawResponse> {
        answers::withdraw(self.job, case(number)?, &self.placements, recipient).await
    }

    async fn system(&self) -> Result<AgencyClient> {
        self.desk.system.renewed().await
    }
}

fn case(number: usize) -> Result<&'static Case> {
    CASES.get(number).context("a case of that number")
}
