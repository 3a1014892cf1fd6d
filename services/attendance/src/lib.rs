//! attendance: months of activities and hours, what the participant answers to them, and the rules they follow. Publishes
//! `attendance.activity.v1` and `attendance.month-report.v1`; knows neither names nor personal numbers.

pub mod commands;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod identity;
pub mod queries;
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
use platform::uploads::{PurgeUploads, Uploads, UploadsService};
use proto::attendance::v1 as pb;
use proto::uploads::v1::upload_service_server::UploadServiceServer;
use sqlx::migrate::Migrator;

use crate::commands::Commands;
use crate::commands::lapse_month::LapseMonth;
use crate::config::AttendanceConfig;
use crate::domain::rule_set::RuleSets;
use crate::identity::Identity;

/// Attendance's own migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!();
static MIGRATORS: [&Migrator; 1] = [&MIGRATOR];

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Attendance;

impl Service for Attendance {
    const NAME: &'static str = "attendance";
    type Config = AttendanceConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &MIGRATORS
    }

    fn state_sources(_: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        events::republish::sources()
    }

    async fn assemble(context: Context, config: AttendanceConfig) -> anyhow::Result<Assembly> {
        let staff = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(staff));
        start_relay(&context);
        start_consumers(&context);
        assemble_with(&context, &config, Arc::new(grants)).await
    }

    async fn execute(command: NoCommands, _: Context, _: AttendanceConfig) -> anyhow::Result<()> {
        match command {}
    }
}

/// Puts attendance together around a directory of staff accounts. What needs Kafka is started by whoever calls.
pub async fn assemble_with(
    context: &Context,
    config: &AttendanceConfig,
    accounts: Arc<dyn AccountDirectory>,
) -> anyhow::Result<Assembly> {
    let commands = commands(context, config)?;
    commands::seed::seed(&commands.database, commands.calendar).await?;
    let operations = Operations::new(
        context.database.clone(),
        context.keys.clone(),
        events::republish::sources(),
    );
    start_jobs(context, &operations);
    Ok(Assembly::new(server(context, accounts, &commands, &operations)?))
}

fn commands(context: &Context, config: &AttendanceConfig) -> anyhow::Result<Commands> {
    let (database, keys) = (context.database.clone(), context.keys.clone());
    Ok(Commands {
        uploads: Uploads::new(database.clone(), keys.clone(), config.uploads.clone()),
        identity: Identity::new(context.channel("identity")?),
        rule_sets: Arc::new(RuleSets::initial()),
        calendar: config.calendar.calendar(),
        additions: config.additions,
        database,
        keys,
    })
}

fn start_jobs(context: &Context, operations: &Operations) {
    let database = context.database.clone();
    let runner = Runner::new(database.clone(), context.entropy.clone())
        .with(LapseMonth(database.clone()))
        .with(PurgeRequests(database.clone()))
        .with(PurgeAccessDays(database.clone()))
        .with(SealAudit::new(database.clone(), &context.keys))
        .with(PurgeUploads(database))
        .with(operations.republisher());
    context
        .lifecycle
        .spawn("jobs", runner.run(context.lifecycle.stopping()));
}

fn start_relay(context: &Context) {
    let stopping = context.lifecycle.stopping();
    let relay = Relay::new(context.database.clone(), context.kafka.clone());
    context.lifecycle.spawn("relay", async move {
        relay.run(stopping).await;
        Ok(())
    });
}

fn start_consumers(context: &Context) {
    consume(context, "organisations", events::on_organisation::OnOrganisation);
    consume(context, "units", events::on_unit::OnUnit);
    consume(context, "placements", events::on_placement::OnPlacement);
    consume(context, "documents", events::on_document::OnDocument);
    consume(context, "signatures", events::on_signature::OnSignature);
}

fn consume<H: StateHandler>(context: &Context, purpose: &'static str, handler: H) {
    let parts = (
        context.database.clone(),
        context.kafka.clone(),
        context.keys.clone(),
    );
    let consumer = Consumer::of_states(purpose, handler, parts.0, parts.1, parts.2);
    let stopping = context.lifecycle.stopping();
    context
        .lifecycle
        .spawn(purpose, async move { Ok(consumer.run(stopping).await?) });
}

fn server(
    context: &Context,
    accounts: Arc<dyn AccountDirectory>,
    commands: &Commands,
    operations: &Operations,
) -> anyhow::Result<Server> {
    let clock = context.clock.clone();
    let keys = Arc::new(JwksClient::new(context.channel("identity")?, clock.clone()));
    let policy = PolicyLayer::new(TokenVerifier::new(keys, clock.clone()), accounts, clock);
    Ok(Server::new(context.tls.clone(), policy)
        .mount(pb::catalogue_service_server::CatalogueServiceServer::new(
            grpc::catalogue::Catalogue(commands.clone()),
        ))
        .mount(pb::month_service_server::MonthServiceServer::new(
            grpc::months::Months(commands.clone()),
        ))
        .mount(pb::payment_service_server::PaymentServiceServer::new(
            grpc::payments::Payments(commands.clone()),
        ))
        .mount(pb::answer_service_server::AnswerServiceServer::new(
            grpc::answers::Answers(commands.clone()),
        ))
        .mount(subject::server(grpc::subject::Subject(commands.clone())))
        .mount(UploadServiceServer::new(UploadsService::new(
            commands.uploads.clone(),
        )))
        .mount(operations.server()))
}
