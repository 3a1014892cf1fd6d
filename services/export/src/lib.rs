//! export: runs that bring approved and consented months to their recipients in sealed parts. Publishes
//! `export.delivery.v1`; does not know who may consent, and knows numbers only while it seals.

pub mod commands;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod peers;
pub mod queries;
pub mod recipients;
pub mod sealing;
pub mod steps;
pub mod store;

use std::sync::Arc;

use platform::access::PurgeAccessDays;
use platform::audit::SealAudit;
use platform::auth::grants::StaffGrants;
use platform::auth::{AccountDirectory, Grants, JwksClient, PolicyLayer, TokenVerifier};
use platform::consumer::{Consumer, StateHandler};
use platform::grpc::Server;
use platform::idempotency::PurgeRequests;
use platform::jobs::Runner;
use platform::keys::KeyRing;
use platform::operations::Operations;
use platform::operations::republish::StateSource;
use platform::outbox::relay::Relay;
use platform::service::{Assembly, Context, NoCommands, Service};
use platform::subject;
use proto::export::v1::run_service_server::RunServiceServer;
use sqlx::migrate::Migrator;

use crate::commands::Commands;
use crate::config::ExportConfig;
use crate::events::on_month_report::OnMonthReport;
use crate::events::on_organisation::OnOrganisation;
use crate::events::on_placement::OnPlacement;
use crate::events::on_unit::OnUnit;
use crate::peers::consent::Consent;
use crate::peers::identity::Identity;
use crate::recipients::Recipients;
use crate::sealing::files::Files;
use crate::steps::{PlanRuns, SendParts, Worker};

/// Export's own migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!();
static MIGRATORS: [&Migrator; 1] = [&MIGRATOR];

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Export;

impl Service for Export {
    const NAME: &'static str = "export";
    type Config = ExportConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &MIGRATORS
    }

    fn state_sources(_: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        events::republish::sources()
    }

    async fn assemble(context: Context, config: ExportConfig) -> anyhow::Result<Assembly> {
        start_relay(&context);
        follow(&context, "organisations", OnOrganisation);
        follow(&context, "units", OnUnit);
        follow(&context, "placements", OnPlacement);
        follow(&context, "month-reports", OnMonthReport);
        let source = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(source));
        start_work(&context, worker(&context, &config)?);
        assemble_calls(&context, &config, Arc::new(grants))
    }

    async fn execute(command: NoCommands, _: Context, _: ExportConfig) -> anyhow::Result<()> {
        match command {}
    }
}

/// The calls; `accounts` says what staff may do.
pub fn assemble_calls(
    context: &Context,
    config: &ExportConfig,
    accounts: Arc<dyn AccountDirectory>,
) -> anyhow::Result<Assembly> {
    let commands = Commands {
        database: context.database.clone(),
        keys: context.keys.clone(),
        recipients: Recipients::load(config)?,
        sending: config.sending,
    };
    let keys = JwksClient::new(context.channel("identity")?, context.clock.clone());
    let tokens = TokenVerifier::new(Arc::new(keys), context.clock.clone());
    let policy = PolicyLayer::new(tokens, accounts, context.clock.clone());
    let runs = grpc::runs::Runs {
        commands,
        stopping: context.lifecycle.stopping(),
    };
    let server = Server::new(context.tls.clone(), policy)
        .mount(RunServiceServer::new(runs))
        .mount(subject::server(grpc::subject::Subject(context.database.clone())))
        .mount(operations(context).server());
    Ok(Assembly::new(server))
}

/// What takes runs and parts from stage to stage.
pub fn worker(context: &Context, config: &ExportConfig) -> anyhow::Result<Worker> {
    Ok(Worker {
        database: context.database.clone(),
        consent: Consent::new(context.channel("consent")?),
        identity: Identity::new(context.channel("identity")?),
        recipients: Recipients::load(config)?,
        files: Files::in_folder(&config.store.folder)?,
        sending: config.sending,
    })
}

/// The jobs, of runs and parts and of the platform.
pub fn start_work(context: &Context, worker: Worker) {
    let database = context.database.clone();
    let runner = Runner::new(database.clone(), context.entropy.clone())
        .with(PlanRuns(worker.clone()))
        .with(SendParts(worker))
        .with(PurgeRequests(database.clone()))
        .with(PurgeAccessDays(database.clone()))
        .with(SealAudit::new(database, &context.keys))
        .with(operations(context).republisher());
    context
        .lifecycle
        .spawn("jobs", runner.run(context.lifecycle.stopping()));
}

fn operations(context: &Context) -> Operations {
    let sources = events::republish::sources();
    Operations::new(context.database.clone(), context.keys.clone(), sources)
}

fn start_relay(context: &Context) {
    let stopping = context.lifecycle.stopping();
    let relay = Relay::new(context.database.clone(), context.kafka.clone());
    context.lifecycle.spawn("relay", async move {
        relay.run(stopping).await;
        Ok(())
    });
}

fn follow<H: StateHandler>(context: &Context, purpose: &'static str, handler: H) {
    let (database, kafka) = (context.database.clone(), context.kafka.clone());
    let consumer = Consumer::of_states(purpose, handler, database, kafka, context.keys.clone());
    let stopping = context.lifecycle.stopping();
    context
        .lifecycle
        .spawn(purpose, async move { Ok(consumer.run(stopping).await?) });
}
