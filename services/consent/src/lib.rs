//! consent: wordings, consents and withdrawals, the two locks between a built file and its recipient, and the ledger of
//! what was sent. Publishes `consent.consent.v1`; knows nothing of what is in a month.

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

use platform::audit::SealAudit;
use platform::auth::grants::StaffGrants;
use platform::auth::{Grants, JwksClient, PolicyLayer, TokenVerifier};
use platform::consumer::{Consumer, StateHandler};
use platform::grpc::{ClientChannel, Server};
use platform::idempotency::PurgeRequests;
use platform::jobs::Runner;
use platform::keys::KeyRing;
use platform::operations::Operations;
use platform::operations::republish::StateSource;
use platform::outbox::relay::Relay;
use platform::service::{Assembly, Context, NoCommands, Service};
use platform::subject;
use proto::consent::v1::consent_service_server::ConsentServiceServer;
use proto::consent::v1::disclosure_service_server::DisclosureServiceServer;
use proto::consent::v1::explain_service_server::ExplainServiceServer;
use sqlx::migrate::Migrator;

use crate::commands::Commands;
use crate::config::ConsentConfig;
use crate::events::on_delivery::OnDelivery;
use crate::events::on_month_report::OnMonthReport;
use crate::events::on_person::OnPerson;
use crate::events::on_placement::OnPlacement;
use crate::events::on_signature::OnSignature;
use crate::identity::Identity;

/// Consent's own migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!();
static MIGRATORS: [&Migrator; 1] = [&MIGRATOR];

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Consent;

impl Service for Consent {
    const NAME: &'static str = "consent";
    type Config = ConsentConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &MIGRATORS
    }

    fn state_sources(_: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        events::republish::sources()
    }

    async fn assemble(context: Context, _config: ConsentConfig) -> anyhow::Result<Assembly> {
        start_relay(&context);
        start_consumers(&context);
        assemble_calls(&context)
    }

    async fn execute(command: NoCommands, _context: Context, _config: ConsentConfig) -> anyhow::Result<()> {
        match command {}
    }
}

/// Everything but the way to and from Kafka: calls, grants, jobs.
pub fn assemble_calls(context: &Context) -> anyhow::Result<Assembly> {
    let identity = context.channel("identity")?;
    let grants = Grants::start(context, Arc::new(StaffGrants::new(context.channel("staff")?)));
    let commands = Commands {
        database: context.database.clone(),
        keys: context.keys.clone(),
        identity: Identity::new(identity.clone()),
    };
    let operations = Operations::new(
        context.database.clone(),
        context.keys.clone(),
        events::republish::sources(),
    );
    start_jobs(context, &operations);
    Ok(Assembly::new(server(
        context,
        (identity, grants),
        &commands,
        &operations,
    )))
}

fn start_jobs(context: &Context, operations: &Operations) {
    let database = context.database.clone();
    let runner = Runner::new(database.clone(), context.entropy.clone())
        .with(PurgeRequests(database.clone()))
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

fn start_consumers(context: &Context) {
    consume(context, "persons", OnPerson);
    consume(context, "placements", OnPlacement);
    consume(context, "month-reports", OnMonthReport);
    consume(context, "signatures", OnSignature);
    consume(context, "deliveries", OnDelivery);
}

fn consume<H: StateHandler>(context: &Context, purpose: &'static str, handler: H) {
    let consumer = Consumer::of_states(
        purpose,
        handler,
        context.database.clone(),
        context.kafka.clone(),
        context.keys.clone(),
    );
    let stopping = context.lifecycle.stopping();
    context
        .lifecycle
        .spawn(purpose, async move { Ok(consumer.run(stopping).await?) });
}

fn server(
    context: &Context,
    (identity, grants): (ClientChannel, Grants),
    commands: &Commands,
    operations: &Operations,
) -> Server {
    let clock = context.clock.clone();
    let keys = Arc::new(JwksClient::new(identity, clock.clone()));
    let tokens = TokenVerifier::new(keys, clock.clone());
    let policy = PolicyLayer::new(tokens, Arc::new(grants), clock);
    Server::new(context.tls.clone(), policy)
        .mount(ConsentServiceServer::new(grpc::consents::Consents(
            commands.clone(),
        )))
        .mount(ExplainServiceServer::new(grpc::explain::Explain(
            context.database.clone(),
        )))
        .mount(DisclosureServiceServer::new(grpc::disclosures::Disclosures(
            commands.clone(),
        )))
        .mount(subject::server(grpc::subject::Subject(context.database.clone())))
        .mount(operations.server())
}
