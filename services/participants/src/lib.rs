//! participants: placements made from the agency's decisions, the inbox, supervisors, joint plans, and who has read what of
//! whom. Publishes `participants.placement.v1` and `participants.document.v1`; knows no hours.

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
use platform::auth::{Grants, JwksClient, PolicyLayer, TokenVerifier};
use platform::consumer::{Consumer, LogHandler, StateHandler};
use platform::grpc::{ClientChannel, Server};
use platform::idempotency::PurgeRequests;
use platform::jobs::Runner;
use platform::keys::KeyRing;
use platform::operations::Operations;
use platform::operations::republish::StateSource;
use platform::outbox::relay::Relay;
use platform::service::{Assembly, Context, NoCommands, Service};
use platform::subject;
use proto::participants::v1::access_log_service_server::AccessLogServiceServer;
use proto::participants::v1::decision_service_server::DecisionServiceServer;
use proto::participants::v1::inbox_service_server::InboxServiceServer;
use proto::participants::v1::placement_service_server::PlacementServiceServer;
use proto::participants::v1::plan_service_server::PlanServiceServer;
use sqlx::migrate::Migrator;

use crate::commands::Commands;
use crate::commands::turn_day::TurnDay;
use crate::config::ParticipantsConfig;
use crate::events::on_access::OnAccess;
use crate::events::on_activity::OnActivity;
use crate::events::on_person::OnPerson;
use crate::events::on_unit::OnUnit;
use crate::identity::Identity;
use crate::queries::Queries;

/// The migrations of participants.
pub static MIGRATOR: Migrator = sqlx::migrate!();
static MIGRATORS: [&Migrator; 1] = [&MIGRATOR];

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Participants;

impl Service for Participants {
    const NAME: &'static str = "participants";
    type Config = ParticipantsConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &MIGRATORS
    }

    fn state_sources(keys: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        events::republish::sources(keys)
    }

    async fn assemble(context: Context, _config: ParticipantsConfig) -> anyhow::Result<Assembly> {
        let source = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(source));
        start_relay(&context);
        consume_states(&context, "units", OnUnit);
        consume_states(&context, "activities", OnActivity);
        consume_states(&context, "persons", OnPerson);
        consume_log(&context, "accesses", OnAccess);
        assemble_calls(&context, grants)
    }

    async fn execute(
        command: NoCommands,
        _context: Context,
        _config: ParticipantsConfig,
    ) -> anyhow::Result<()> {
        match command {}
    }
}

/// Everything but the way to and from Kafka: calls and jobs. `grants` are kept current by whoever made them.
pub fn assemble_calls(context: &Context, grants: Grants) -> anyhow::Result<Assembly> {
    let identity = context.channel("identity")?;
    let commands = Commands {
        database: context.database.clone(),
        keys: context.keys.clone(),
        identity: Identity::new(identity.clone()),
        grants,
    };
    let operations = Operations::new(
        context.database.clone(),
        context.keys.clone(),
        events::republish::sources(&context.keys),
    );
    start_jobs(context, &operations);
    Ok(Assembly::new(server(context, identity, commands, &operations)))
}

fn start_jobs(context: &Context, operations: &Operations) {
    let (database, keys) = (context.database.clone(), context.keys.clone());
    let runner = Runner::new(database.clone(), context.entropy.clone())
        .with(TurnDay {
            database: database.clone(),
            keys,
        })
        .with(PurgeRequests(database.clone()))
        .with(PurgeAccessDays(database.clone()))
        .with(SealAudit::new(database, &context.keys))
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

fn consume_states<H: StateHandler>(context: &Context, purpose: &'static str, handler: H) {
    let (database, kafka, keys) = (
        context.database.clone(),
        context.kafka.clone(),
        context.keys.clone(),
    );
    let consumer = Consumer::of_states(purpose, handler, database, kafka, keys);
    let stopping = context.lifecycle.stopping();
    let running = async move { Ok(consumer.run(stopping).await?) };
    context.lifecycle.spawn(purpose, running);
}

fn consume_log<H: LogHandler>(context: &Context, purpose: &'static str, handler: H) {
    let (database, kafka, keys) = (
        context.database.clone(),
        context.kafka.clone(),
        context.keys.clone(),
    );
    let consumer = Consumer::of_log(purpose, handler, database, kafka, keys);
    let stopping = context.lifecycle.stopping();
    let running = async move { Ok(consumer.run(stopping).await?) };
    context.lifecycle.spawn(purpose, running);
}

fn server(context: &Context, identity: ClientChannel, commands: Commands, operations: &Operations) -> Server {
    let clock = context.clock.clone();
    let keys = Arc::new(JwksClient::new(identity, clock.clone()));
    let policy = PolicyLayer::new(
        TokenVerifier::new(keys, clock.clone()),
        Arc::new(commands.grants.clone()),
        clock,
    );
    let queries = Queries {
        database: commands.database.clone(),
        keys: commands.keys.clone(),
    };
    let inbox = grpc::inbox::Inbox {
        commands: commands.clone(),
        queries: queries.clone(),
    };
    let plans = grpc::plans::Plans {
        commands: commands.clone(),
        queries: queries.clone(),
    };
    Server::new(context.tls.clone(), policy)
        .mount(DecisionServiceServer::new(grpc::decisions::Decisions(commands)))
        .mount(InboxServiceServer::new(inbox))
        .mount(PlanServiceServer::new(plans))
        .mount(PlacementServiceServer::new(grpc::placements::Placements(
            queries.clone(),
        )))
        .mount(AccessLogServiceServer::new(grpc::access_log::AccessLog(
            queries.clone(),
        )))
        .mount(subject::server(grpc::subject::Subject(queries)))
        .mount(operations.server())
}
