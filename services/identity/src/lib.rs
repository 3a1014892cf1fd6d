//! Identity: who somebody is. Persons and their numbers, BankID sign-in and signing, sessions and access tokens, machine
//! clients, signatures as evidence, and the messages that invite people.

pub mod bankid;
pub mod commands;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod evidence;
pub mod grpc;
pub mod measures;
pub mod messages;
pub mod parts;
pub mod queries;
pub mod signing_keys;
pub mod store;

use std::sync::Arc;

use anyhow::Context as _;
use platform::audit::SealAudit;
use platform::auth::grants::StaffGrants;
use platform::auth::{AccountDirectory, Grants, PolicyLayer, TokenVerifier};
use platform::grpc::Server;
use platform::idempotency::PurgeRequests;
use platform::jobs::Runner;
use platform::keys::KeyRing;
use platform::operations::Operations;
use platform::operations::republish::StateSource;
use platform::outbox::relay::Relay;
use platform::service::{Assembly, Context, NoCommands, Service};
use sqlx::migrate::Migrator;

use crate::bankid::{BankidClient, BankidConfig};
use crate::commands::collect_order::CollectOrder;
use crate::commands::forget::ForgetAttempts;
use crate::commands::send_invitation::SendInvitation;
use crate::config::IdentityConfig;
use crate::events::republish::{PersonSource, SignatureSource};
use crate::evidence::TrustAnchors;
use crate::measures::Measures;
use crate::messages::MessageSender;
use crate::parts::{Inner, Parts};
use crate::signing_keys::SigningKeys;

/// Identity's own migrations.
pub static MIGRATOR: Migrator = sqlx::migrate!();

static MIGRATORS: [&Migrator; 1] = [&MIGRATOR];

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Identity;

impl Service for Identity {
    const NAME: &'static str = "identity";
    type Config = IdentityConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &MIGRATORS
    }

    fn state_sources(_: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        vec![Arc::new(PersonSource), Arc::new(SignatureSource)]
    }

    async fn assemble(context: Context, config: IdentityConfig) -> anyhow::Result<Assembly> {
        let staff = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(staff));
        let relay = Relay::new(context.database.clone(), context.kafka.clone());
        let stopping = context.lifecycle.stopping();
        context.lifecycle.spawn("relay", async move {
            relay.run(stopping).await;
            Ok(())
        });
        assemble_with(&context, &config, Arc::new(grants)).await
    }

    async fn execute(command: NoCommands, _context: Context, _config: IdentityConfig) -> anyhow::Result<()> {
        match command {}
    }
}

/// Puts identity together around a directory of staff accounts. What needs Kafka is started by whoever calls.
pub async fn assemble_with(
    context: &Context,
    config: &IdentityConfig,
    accounts: Arc<dyn AccountDirectory>,
) -> anyhow::Result<Assembly> {
    let parts = load_parts(context, config).await?;
    let operations = Operations::new(
        context.database.clone(),
        context.keys.clone(),
        Identity::state_sources(&context.keys),
    );
    let runner = Runner::new(context.database.clone(), context.entropy.clone())
        .with(CollectOrder(parts.clone()))
        .with(SendInvitation(parts.clone()))
        .with(ForgetAttempts(parts.clone()))
        .with(PurgeRequests(context.database.clone()))
        .with(SealAudit::new(context.database.clone(), &context.keys))
        .with(operations.republisher());
    context
        .lifecycle
        .spawn("jobs", runner.run(context.lifecycle.stopping()));
    let tokens = TokenVerifier::new(parts.signing_keys.clone(), context.clock.clone());
    let policy = PolicyLayer::new(tokens, accounts, context.clock.clone());
    let server = Server::new(context.tls.clone(), policy).mount(operations.server());
    Ok(Assembly::new(grpc::mounted(server, &parts)))
}

async fn load_parts(context: &Context, config: &IdentityConfig) -> anyhow::Result<Parts> {
    let signing_keys =
        SigningKeys::open(context.database.clone(), context.keys.clone(), &context.entropy).await?;
    Ok(Parts::new(Inner {
        database: context.database.clone(),
        keys: context.keys.clone(),
        clock: context.clock.clone(),
        entropy: context.entropy.clone(),
        bankid: BankidClient::load(&config.bankid)?,
        bankid_config: config.bankid.clone(),
        additions: config.additions,
        anchors: trust_anchors(&config.bankid)?,
        messages: MessageSender::load(&config.messages)?,
        public_url: config.messages.public_url.clone(),
        signing_keys: Arc::new(signing_keys),
        measures: Measures::new(),
    }))
}

fn trust_anchors(config: &BankidConfig) -> anyhow::Result<TrustAnchors> {
    let pem = std::fs::read(&config.trust_anchors_file).context("cannot read bankid.trust_anchors_file")?;
    TrustAnchors::from_pem(&pem, &config.policies).context("bankid.trust_anchors_file or bankid.policies")
}
