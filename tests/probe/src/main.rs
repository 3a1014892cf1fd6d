//! `probe`: a service that does nothing but decide by the platform's grants, as every service beside staff does. It has
//! the platform's life, its projection of `staff.account.v1` and its pull from staff; tests ask it over plain HTTP on
//! loopback what it would let an account do. It calls itself `participants`, which may read the topic and call staff.

mod answer;
mod config;
mod http;

use std::process::ExitCode;
use std::sync::Arc;

use platform::auth::grants::StaffGrants;
use platform::auth::{Grants, JwksClient, PolicyLayer, TokenVerifier};
use platform::grpc::Server;
use platform::service::{self, Assembly, Context, NoCommands, Service};
use sqlx::migrate::Migrator;

use self::config::ProbeConfig;

struct Probe;

impl Service for Probe {
    const NAME: &'static str = "participants";
    type Config = ProbeConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &[]
    }

    async fn assemble(context: Context, config: ProbeConfig) -> anyhow::Result<Assembly> {
        let source = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(source));
        http::open(config.probe.listen, grants.clone(), &context).await?;
        let keys = JwksClient::new(context.channel("identity")?, context.clock.clone());
        let tokens = TokenVerifier::new(Arc::new(keys), context.clock.clone());
        let policy = PolicyLayer::new(tokens, Arc::new(grants), context.clock.clone());
        Ok(Assembly::new(Server::new(context.tls, policy)))
    }

    async fn execute(command: NoCommands, _: Context, _: ProbeConfig) -> anyhow::Result<()> {
        match command {}
    }
}

fn main() -> ExitCode {
    service::run::<Probe>()
}
