//! Both recipients running, for callers in the same process.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::book::{Book, Delivery, Held};
use crate::control::{self, Receivers};
use crate::files::Files;
use crate::receiver::Receiver;
use crate::switches::Switch;
use crate::{Recipient, server};

/// How to start; [`Config::new`] listens on free ports.
#[derive(Clone, Debug)]
pub struct Config {
    /// Keys, certificates and everything that arrived.
    pub state: PathBuf,
    /// Issues the certificates of those who may deliver.
    pub client_ca: PathBuf,
    pub esf: SocketAddr,
    pub scb: SocketAddr,
    pub control: SocketAddr,
}

/// Stops when dropped.
pub struct Simulator {
    files: Files,
    addresses: BTreeMap<Recipient, SocketAddr>,
    control_address: SocketAddr,
    receivers: Receivers,
    tasks: JoinSet<()>,
}

impl Config {
    pub fn new(state: impl Into<PathBuf>, client_ca: impl Into<PathBuf>) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            state: state.into(),
            client_ca: client_ca.into(),
            esf: any_port,
            scb: any_port,
            control: any_port,
        }
    }
}

impl Simulator {
    /// Makes the files that are missing, finds what arrived earlier, and listens.
    pub async fn start(config: Config) -> Result<Self> {
        let wanted = [config.esf, config.scb, config.control];
        ensure!(
            wanted.iter().all(|address| address.ip().is_loopback()),
            "the receivers listen on loopback addresses only"
        );
        let files = Files::of(&config.state);
        files.make().context("the receivers' files cannot be made")?;
        let mut tasks = JoinSet::new();
        let mut addresses = BTreeMap::new();
        let mut receivers = BTreeMap::new();
        for (recipient, address) in Recipient::ALL.into_iter().zip([config.esf, config.scb]) {
            let book = Book::open(&files.recipient(recipient).deliveries)?;
            let receiver = Arc::new(Receiver::new(recipient, files.read_key(recipient)?, book));
            let listener = bind(address).await?;
            addresses.insert(recipient, listener.local_addr()?);
            let tls = server::tls_config(&files, &config.client_ca)?;
            tasks.spawn(server::serve(listener, tls, Arc::clone(&receiver)));
            receivers.insert(recipient, receiver);
        }
        let receivers: Receivers = Arc::new(receivers);
        let listener = bind(config.control).await?;
        let control_address = listener.local_addr()?;
        let router = control::router(Arc::clone(&receivers));
        tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "control port ended");
            }
        });
        Ok(Self {
            files,
            addresses,
            control_address,
            receivers,
            tasks,
        })
    }

    /// Base URL of a recipient, without a slash at the end.
    pub fn url(&self, recipient: Recipient) -> String {
        let port = self.addresses.get(&recipient).map_or(0, SocketAddr::port);
        format!("https://localhost:{port}")
    }

    /// Address of the control port, without a slash at the end.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control_address)
    }

    pub fn files(&self) -> &Files {
        &self.files
    }

    pub fn set_switch(&self, recipient: Recipient, switch: Switch) {
        if let Some(receiver) = self.receivers.get(&recipient) {
            receiver.set_switch(switch);
        }
    }

    /// Every byte stream that arrived, in order.
    pub fn deliveries(&self, recipient: Recipient) -> Vec<Delivery> {
        let receiver = self.receivers.get(&recipient);
        receiver.map_or_else(Vec::new, |receiver| receiver.book().deliveries().to_vec())
    }

    /// Every row of every byte stream, as far as it can be read.
    pub fn rows(&self, recipient: Recipient) -> Result<Vec<Held>> {
        let receiver = self.receivers.get(&recipient);
        receiver.map_or_else(|| Ok(Vec::new()), |receiver| receiver.book().rows(receiver.key()))
    }

    pub async fn shutdown(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; is the port taken?"))
}
