//! Stands for the world's text messages and mail: takes SMS over HTTP and mail over SMTP, delivers none of it, and shows
//! on a page and as JSON what would have been sent. Switches make either channel slow, down or refusing.

mod http;
mod mailbox;
mod page;
mod smtp;
mod switches;

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use mailbox::{Channel, Mailbox, Sent};
pub use switches::{Mode, Switch, Switches};

/// Where the simulator listens; port 0 takes any free one.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    pub http: SocketAddr,
    pub smtp: SocketAddr,
}

/// A running simulator; dropping it closes both ports.
#[derive(Debug)]
pub struct Simulator {
    addresses: Addresses,
    mailbox: Mailbox,
    switches: Switches,
    servers: JoinSet<Result<()>>,
}

impl Simulator {
    /// Binds both ports and starts to serve.
    pub async fn start(wanted: Addresses) -> Result<Self> {
        let (mailbox, switches) = (Mailbox::default(), Switches::default());
        let http = bind(wanted.http, "http").await?;
        let smtp = bind(wanted.smtp, "smtp").await?;
        let addresses = Addresses {
            http: http.local_addr()?,
            smtp: smtp.local_addr()?,
        };
        let mut servers = JoinSet::new();
        let router = http::router(mailbox.clone(), switches.clone());
        servers.spawn(async move { Ok(axum::serve(http, router).await?) });
        servers.spawn(smtp::serve(smtp, mailbox.clone(), switches.clone()));
        Ok(Self {
            addresses,
            mailbox,
            switches,
            servers,
        })
    }

    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    pub fn switches(&self) -> &Switches {
        &self.switches
    }

    /// Serves until one of the servers fails.
    pub async fn run(mut self) -> Result<()> {
        match self.servers.join_next().await {
            Some(ended) => ended?,
            None => Ok(()),
        }
    }
}

async fn bind(address: SocketAddr, purpose: &str) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} ({purpose})"))
}
