//! staff: organisations with their units and offices, nominations, accounts with permissions and scope. Publishes
//! `staff.organisation.v1`, `staff.unit.v1` and `staff.account.v1`; knows no participant.

pub mod commands;
pub mod config;
pub mod directory;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod identity;
pub mod local;
pub mod queries;
pub mod store;

use std::sync::Arc;

use platform::audit::SealAudit;
use platform::auth::{JwksClient, PolicyLayer, TokenVerifier};
use platform::grpc::{ClientChannel, Server};
use platform::idempotency::PurgeRequests;
use platform::jobs::Runner;
use platform::kafka::topics;
use platform::keys::KeyRing;
use platform::operations::Operations;
use platform::operations::republish::StateSource;
use platform::outbox::relay::Relay;
use platform::service::{Assembly, Context, Service};
use platform::uploads::{PurgeUploads, Uploads, UploadsService};
use proto::staff::v1::account_service_server::AccountServiceServer;
use proto::staff::v1::grant_service_server::GrantServiceServer;
use proto::staff::v1::name_service_server::NameServiceServer;
use proto::staff::v1::nomination_service_server::NominationServiceServer;
use proto::staff::v1::register_service_server::RegisterServiceServer;
use proto::uploads::v1::upload_service_server::UploadServiceServer;
use sqlx::migrate::Migrator;

use crate::commands::Commands;
use crate::commands::tell_identity::TellIdentity;
use crate::config::StaffConfig;
use crate::directory::Directory;
use crate::identity::Identity;

/// Staff's own migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!();
static MIGRATORS: [&Migrator; 1] = [&MIGRATOR];

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Staff;

impl Service for Staff {
    const NAME: &'static str = "staff";
    type Config = StaffConfig;
    type Command = local::Command;

    fn migrators() -> &'static [&'static Migrator] {
        &MIGRATORS
    }

    fn state_sources(_: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        events::republish::sources()
    }

    async fn assemble(context: Context, config: StaffConfig) -> anyhow::Result<Assembly> {
        start_relay(&context);
        assemble_calls(&context, &config)
    }

    async fn execute(command: local::Command, context: Context, config: StaffConfig) -> anyhow::Result<()> {
        let identity = context.channel("identity")?;
        local::execute(command, &commands(&context, &config, identity)).await
    }
}

/// Everything but the way to Kafka: calls, jobs, heartbeats.
pub fn assemble_calls(context: &Context, config: &StaffConfig) -> anyhow::Result<Assembly> {
    let identity = context.channel("identity")?;
    let commands = commands(context, config, identity.clone());
    let operations = Operations::new(
        context.database.clone(),
        context.keys.clone(),
        Staff::state_sources(&context.keys),
    );
    start_jobs(context, &commands, &operations);
    let heartbeat = events::heartbeat::run(
        context.database.clone(),
        topics::all().partitions,
        context.lifecycle.stopping(),
    );
    context.lifecycle.spawn("heartbeat", heartbeat);
    Ok(Assembly::new(server(context, identity, commands, &operations)))
}

/// What changes staff's state, put together; `identity` leads there.
pub fn commands(context: &Context, config: &StaffConfig, identity: ClientChannel) -> Commands {
    let (database, keys) = (context.database.clone(), context.keys.clone());
    Commands {
        uploads: Uploads::new(database.clone(), keys.clone(), config.uploads.clone()),
        identity: Identity::new(identity),
        invitations: config.invitations,
        database,
        keys,
    }
}

fn start_jobs(context: &Context, commands: &Commands, operations: &Operations) {
    let database = context.database.clone();
    let runner = Runner::new(database.clone(), context.entropy.clone())
        .with(TellIdentity {
            database: database.clone(),
            identity: commands.identity.clone(),
        })
        .with(PurgeRequests(database.clone()))
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

fn server(context: &Context, identity: ClientChannel, commands: Commands, operations: &Operations) -> Server {
    let (database, clock) = (context.database.clone(), context.clock.clone());
    let keys = Arc::new(JwksClient::new(identity, clock.clone()));
    let tokens = TokenVerifier::new(keys, clock.clone());
    let policy = PolicyLayer::new(tokens, Arc::new(Directory(database.clone())), clock);
    Server::new(context.tls.clone(), policy)
        .mount(AccountServiceServer::new(grpc::accounts::Accounts(
            commands.clone(),
        )))
        .mount(NominationServiceServer::new(grpc::nominations::Nominations(
            commands.clone(),
        )))
        .mount(NameServiceServer::new(grpc::names::Names(commands.clone())))
        .mount(GrantServiceServer::new(grpc::grants::Grants(database)))
        .mount(UploadServiceServer::new(UploadsService::new(
            commands.uploads.clone(),
        )))
        .mount(RegisterServiceServer::new(grpc::register::Register(commands)))
        .mount(operations.server())
}
