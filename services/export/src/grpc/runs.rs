//! `RunService`.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use platform::grpc::convert::{id, page};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::export::v1 as pb;
use proto::export::v1::run_service_server::RunService;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::{callers, convert, settlements};
use crate::commands::Commands;
use crate::domain::ids::{MonthReportId, RunId};
use crate::queries;
use crate::queries::rows::Asked;
use crate::queries::run::RunView;

/// The adapter.
#[derive(Clone)]
pub struct Runs {
    pub commands: Commands,
    pub stopping: CancellationToken,
}

impl Runs {
    async fn create(
        &self,
        request: Request<pb::CreateRunRequest>,
    ) -> Result<pb::CreateRunResponse, Rejection> {
        let caller = callers::agency(&request)?;
        let asked = convert::create_run(request.get_ref())?;
        Ok(self
            .commands
            .create_run(&caller, asked, request.get_ref())
            .await?)
    }

    async fn list(&self, request: Request<pb::ListRunsRequest>) -> Result<pb::ListRunsResponse, Rejection> {
        callers::agency(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let month = fields.check(asked.month.map(|wire| convert::month("month", wire)).transpose());
        let recipient = fields.check(convert::recipient("recipient", asked.recipient));
        let list = (
            "runs",
            asked.month.map(|month| (month.year, month.month)),
            asked.recipient,
        );
        let page = fields.check(page::<RunId>("page", asked.page.as_ref(), &list));
        let (Some(month), Some(recipient), Some(page)) = (month, recipient, page) else {
            return Err(fields.reject());
        };
        let database = &self.commands.database;
        let mut found = queries::run::list(database, (month, recipient), page.after, page.limit()).await?;
        let next = page.close(&mut found, |view| view.run.id);
        Ok(pb::ListRunsResponse {
            runs: found.iter().map(convert::run).collect(),
            page: Some(next),
        })
    }

    async fn list_parts(
        &self,
        request: Request<pb::ListRunPartsRequest>,
    ) -> Result<pb::ListRunPartsResponse, Rejection> {
        callers::agency(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let run = fields.check(id::<RunId>("run_id", &asked.run_id));
        let page = fields.check(page::<i32>("page", asked.page.as_ref(), &("run_parts", run)));
        let (Some(run), Some(page)) = (run, page) else {
            return Err(fields.reject());
        };
        let database = &self.commands.database;
        let mut found = queries::parts::list(database, run, page.after, page.limit()).await?;
        let next = page.close(&mut found, |view| view.part.number);
        Ok(pb::ListRunPartsResponse {
            parts: found.iter().map(convert::part).collect(),
            page: Some(next),
        })
    }

    async fn list_rows(
        &self,
        request: Request<pb::ListRunRowsRequest>,
    ) -> Result<pb::ListRunRowsResponse, Rejection> {
        let reader = callers::reader(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let run = fields.check(id::<RunId>("run_id", &asked.run_id));
        let outcome = fields.check(convert::outcome_filter("outcome", asked.outcome));
        let list = ("run_rows", run, asked.outcome);
        let page = fields.check(page::<MonthReportId>("page", asked.page.as_ref(), &list));
        let (Some(run), Some(outcome), Some(page)) = (run, outcome, page) else {
            return Err(fields.reject());
        };
        let rows = Asked {
            run,
            outcome,
            after: page.after,
            limit: page.limit(),
        };
        let mut found = queries::rows::list(&self.commands.database, &reader, rows).await?;
        let next = page.close(&mut found, |row| row.report);
        Ok(pb::ListRunRowsResponse {
            rows: found.iter().map(convert::row).collect(),
            page: Some(next),
        })
    }

    async fn release(&self, request: Request<pb::ReleaseRunRequest>) -> Result<RunView, Rejection> {
        let caller = callers::agency(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let run = fields.check(id::<RunId>("run_id", &asked.run_id));
        let required = || FieldViolation::new("held_before", ErrorReason::FieldRequired);
        let from = convert::stage("held_before", asked.held_before);
        let from = fields.check(from.and_then(|stage| stage.ok_or_else(required)));
        let next = fields.check(convert::stage("hold_before", asked.hold_before));
        let (Some(run), Some(from), Some(next)) = (run, from, next) else {
            return Err(fields.reject());
        };
        Ok(self.commands.release_run(&caller, run, from, next).await?)
    }

    async fn settle(&self, request: Request<pb::SettleAttemptRequest>) -> Result<pb::Part, Rejection> {
        let caller = callers::agency(&request)?;
        let (of, settlement) = settlements::asked(request.get_ref())?;
        let settled = self.commands.settle_attempt(&caller, of, &settlement).await;
        let view = settled.map_err(|error| settlements::refusal(error, request.get_ref()))?;
        Ok(convert::part(&view))
    }
}

#[tonic::async_trait]
impl RunService for Runs {
    type WatchRunStream = BoxStream<'static, Result<pb::WatchRunResponse, Status>>;

    async fn create_run(
        &self,
        request: Request<pb::CreateRunRequest>,
    ) -> Result<Response<pb::CreateRunResponse>, Status> {
        Ok(Response::new(self.create(request).await?))
    }

    async fn get_run(
        &self,
        request: Request<pb::GetRunRequest>,
    ) -> Result<Response<pb::GetRunResponse>, Status> {
        callers::agency(&request)?;
        let run = run_id(&request.get_ref().run_id)?;
        let found = queries::run::find(&self.commands.database, run).await;
        let run = Some(convert::run(&found.map_err(Rejection::from)?));
        Ok(Response::new(pb::GetRunResponse { run }))
    }

    async fn list_runs(
        &self,
        request: Request<pb::ListRunsRequest>,
    ) -> Result<Response<pb::ListRunsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn list_run_parts(
        &self,
        request: Request<pb::ListRunPartsRequest>,
    ) -> Result<Response<pb::ListRunPartsResponse>, Status> {
        Ok(Response::new(self.list_parts(request).await?))
    }

    async fn list_run_rows(
        &self,
        request: Request<pb::ListRunRowsRequest>,
    ) -> Result<Response<pb::ListRunRowsResponse>, Status> {
        Ok(Response::new(self.list_rows(request).await?))
    }

    async fn watch_run(
        &self,
        request: Request<pb::WatchRunRequest>,
    ) -> Result<Response<Self::WatchRunStream>, Status> {
        callers::agency(&request)?;
        let run = run_id(&request.get_ref().run_id)?;
        let views = queries::watch::watch(self.commands.database.clone(), run, self.stopping.clone());
        let answers = views.map(|view| {
            let run = Some(convert::run(&view.map_err(Rejection::from)?));
            Ok(pb::WatchRunResponse { run })
        });
        Ok(Response::new(answers.boxed()))
    }

    async fn release_run(
        &self,
        request: Request<pb::ReleaseRunRequest>,
    ) -> Result<Response<pb::ReleaseRunResponse>, Status> {
        let run = Some(convert::run(&self.release(request).await?));
        Ok(Response::new(pb::ReleaseRunResponse { run }))
    }

    async fn retry_run(
        &self,
        request: Request<pb::RetryRunRequest>,
    ) -> Result<Response<pb::RetryRunResponse>, Status> {
        let caller = callers::agency(&request)?;
        let run = run_id(&request.get_ref().run_id)?;
        let retried = self.commands.retry_run(&caller, run).await;
        let run = Some(convert::run(&retried.map_err(Rejection::from)?));
        Ok(Response::new(pb::RetryRunResponse { run }))
    }

    async fn cancel_run(
        &self,
        request: Request<pb::CancelRunRequest>,
    ) -> Result<Response<pb::CancelRunResponse>, Status> {
        let caller = callers::agency(&request)?;
        let run = run_id(&request.get_ref().run_id)?;
        let cancelled = self.commands.cancel_run(&caller, run).await;
        let run = Some(convert::run(&cancelled.map_err(Rejection::from)?));
        Ok(Response::new(pb::CancelRunResponse { run }))
    }

    async fn settle_attempt(
        &self,
        request: Request<pb::SettleAttemptRequest>,
    ) -> Result<Response<pb::SettleAttemptResponse>, Status> {
        let part = Some(self.settle(request).await?);
        Ok(Response::new(pb::SettleAttemptResponse { part }))
    }
}

fn run_id(text: &str) -> Result<RunId, Rejection> {
    id("run_id", text).map_err(|violation| Rejection::invalid().fields([violation]))
}
