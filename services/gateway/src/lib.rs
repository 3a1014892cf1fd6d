//! The gateway: the door for browsers (cookies, CSRF, Connect and JSON) and for the systems of suppliers (their
//! certificate). It keeps nothing, knows no rule, and finds what can be called in the contract.

pub mod address;
pub mod clients;
pub mod config;
pub mod connect;
pub mod door;
pub mod limits;
pub mod listener;
mod measure;
mod patient;
pub mod problem;
pub mod routes;
pub mod security;
pub mod session;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use platform::config::ConfigError;
use platform::grpc::TlsIdentity;
use platform::service::stateless::{Context, Port, Stateless};
use rustls::ServerConfig;
use tokio::sync::Semaphore;

use crate::clients::Clients;
use crate::config::{GatewayConfig, LimitsConfig, SuppliersConfig};
use crate::door::App;
use crate::limits::Limits;
use crate::listener::Listener;
use crate::routes::pages::Pages;
use crate::routes::{Door, PEERS, Routes};
use crate::session::{Csrf, Tokens};

const FORGET_EVERY: Duration = Duration::from_mins(1);

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Gateway;

impl Stateless for Gateway {
    const NAME: &'static str = "gateway";
    type Config = GatewayConfig;

    fn judge(config: &GatewayConfig) -> Result<(), ConfigError> {
        suppliers_tls(&config.suppliers)?;
        Csrf::load(&config.csrf.key_file)?;
        match &config.browsers.static_folder {
            Some(folder) if !folder.is_dir() => {
                Err(ConfigError::at("browsers.static_folder", "no such folder"))
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn assemble(context: Context, config: GatewayConfig) -> anyhow::Result<Vec<Port>> {
        let tls = suppliers_tls(&config.suppliers)?;
        let limits = config.limits;
        let (for_people, for_suppliers) = (config.browsers.listen, config.suppliers.listen);
        let app = Arc::new(app(&context, config)?);
        forget_full_buckets(&context, app.clone());
        Ok(vec![
            port(
                Door::Browsers,
                bind(for_people, None, &limits).await?,
                app.clone(),
            )?,
            port(
                Door::Suppliers,
                bind(for_suppliers, Some(tls), &limits).await?,
                app,
            )?,
        ])
    }
}

fn app(context: &Context, config: GatewayConfig) -> anyhow::Result<App> {
    let channels = PEERS.iter().map(|peer| Ok((*peer, context.channel(peer)?)));
    let channels = channels.collect::<Result<BTreeMap<_, _>, ConfigError>>()?;
    let csrf = Csrf::load(&config.csrf.key_file)?;
    let pages = config.browsers.static_folder.as_deref().map(Pages::load);
    let pages = pages.transpose().context("cannot read browsers.static_folder")?;
    let all_bodies = usize::try_from(config.limits.all_bodies_bytes)?;
    Ok(App {
        routes: Routes::of_contract(),
        tokens: Tokens::new(context.channel("identity")?, context.clock.clone()),
        clients: Clients::new(channels),
        csrf,
        limits: Limits::new(&config.limits),
        bodies: Arc::new(Semaphore::new(all_bodies)),
        lifecycle: context.lifecycle.clone(),
        clock: context.clock.clone(),
        pages,
        config,
    })
}

fn forget_full_buckets(context: &Context, app: Arc<App>) {
    let stopping = context.lifecycle.stopping();
    context.lifecycle.spawn("buckets", async move {
        while !stopping.is_cancelled() {
            tokio::select! {
                () = tokio::time::sleep(FORGET_EVERY) => app.limits.forget_full(),
                () = stopping.cancelled() => {}
            }
        }
        Ok(())
    });
}

async fn bind(
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    limits: &LimitsConfig,
) -> anyhow::Result<Listener> {
    Listener::bind(address, tls, limits.connections, limits.idle(), limits.answer())
        .await
        .with_context(|| format!("cannot listen on {address}"))
}

fn port(door: Door, listener: Listener, app: Arc<App>) -> anyhow::Result<Port> {
    let address = listener.address()?;
    Ok(Port::new(door.name(), address, move |stop| {
        listener.serve(stop, move |remote, request| {
            app.clone().answer(door, remote, request)
        })
    }))
}

// The platform's own ports speak HTTP/2 only; suppliers may come with HTTP/1.1.
fn suppliers_tls(config: &SuppliersConfig) -> Result<Arc<ServerConfig>, ConfigError> {
    let unfit = |error| ConfigError::at("suppliers", format!("{:#}", anyhow::Error::new(error)));
    let identity = TlsIdentity::load(&config.tls()).map_err(unfit)?;
    let mut tls = ServerConfig::clone(&*identity.server_config().map_err(unfit)?);
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(tls))
}

#[cfg(test)]
mod tests {
    use platform::config::Section as _;

    use super::*;

    #[test]
    fn files_that_are_not_there_are_found_before_a_port_opens() {
        let folder = tempfile::tempdir().unwrap();
        let authority = support::ca::Authority::open(folder.path()).unwrap();
        let own = authority.service("gateway").unwrap();
        let mut config = GatewayConfig::example("gateway");
        config.csrf.key_file = folder.path().join("csrf");
        let key = |config: &GatewayConfig| Gateway::judge(config).unwrap_err().key().map(str::to_owned);

        assert_eq!(key(&config).as_deref(), Some("suppliers"));
        config.suppliers.ca_file = own.ca_file;
        config.suppliers.certificate_file = own.certificate_file;
        config.suppliers.key_file = own.key_file;
        assert_eq!(key(&config).as_deref(), Some("csrf.key_file"));
        std::fs::write(&config.csrf.key_file, "00".repeat(32)).unwrap();
        assert!(Gateway::judge(&config).is_ok());
        config.browsers.static_folder = Some(folder.path().join("pages"));
        assert_eq!(key(&config).as_deref(), Some("browsers.static_folder"));
    }
}
