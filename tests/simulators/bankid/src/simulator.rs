//! A running simulator: both listeners, the files it made, and its phone for callers in the same process.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::api::server;
use crate::bank::{Bank, Hands};
use crate::clock::{Clock, ShiftedClock, SystemClock};
use crate::control::requests::{OrderView, PhoneAction, PhoneBody};
use crate::control::{self, Control};
use crate::entropy::Entropy;
use crate::fault::{Fault, Faults};
use crate::hint::FailedHint;
use crate::order::book::OrderBook;
use crate::people::{People, Scenario};
use crate::pki::{Files, Pki};

/// How to start; `Config::new` listens on free ports with the machine's clock.
pub struct Config {
    /// Certificates are kept here between starts.
    pub state: PathBuf,
    /// The RP API. Loopback only.
    pub listen: SocketAddr,
    /// The control port. Loopback only.
    pub control: SocketAddr,
    pub clock: Arc<dyn Clock>,
    pub entropy: Entropy,
    pub people: People,
    /// What an order ends with when another person than the required one approves.
    pub wrong_person: FailedHint,
    /// A body slower than this is answered with 408.
    pub body_timeout: Duration,
}

/// Stops when dropped; `shutdown` waits for it.
pub struct Simulator {
    address: SocketAddr,
    control_address: SocketAddr,
    files: Files,
    bank: Arc<Bank>,
    tasks: JoinSet<()>,
}

impl Config {
    pub fn new(state: impl Into<PathBuf>) -> Self {
        let any_port = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            state: state.into(),
            listen: any_port,
            control: any_port,
            clock: Arc::new(SystemClock::default()),
            entropy: Entropy::from_system(),
            people: People::cast(),
            wrong_person: FailedHint::CertificateErr,
            body_timeout: Duration::from_secs(10),
        }
    }
}

impl Simulator {
    pub async fn start(config: Config) -> Result<Self> {
        if !(config.listen.ip().is_loopback() && config.control.ip().is_loopback()) {
            bail!("the BankID simulator listens on loopback addresses only");
        }
        let state = config.state.clone();
        let pki = tokio::task::spawn_blocking(move || Pki::load_or_create(&state)).await??;
        let listener = bind(config.listen).await?;
        let control_listener = bind(config.control).await?;
        let tls = server::tls_config(&pki)?;
        let files = pki.files.clone();
        let bank = Arc::new(Bank {
            clock: ShiftedClock::new(config.clock),
            faults: Faults::default(),
            body_timeout: config.body_timeout,
            wrong_person: config.wrong_person,
            entropy: config.entropy,
            signature: pki.signature,
            original_people: config.people.clone(),
            people: Mutex::new(config.people),
            orders: Mutex::new(OrderBook::default()),
            hands: Hands::default(),
        });
        let (address, control_address) = (listener.local_addr()?, control_listener.local_addr()?);
        let router = control::router(Control {
            bank: Arc::clone(&bank),
            files: Arc::new(files.clone()),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(server::serve(listener, tls, Arc::clone(&bank)));
        tasks.spawn(async move {
            if let Err(error) = axum::serve(control_listener, router).await {
                tracing::error!(%error, "control port ended");
            }
        });
        Ok(Self {
            address,
            control_address,
            files,
            bank,
            tasks,
        })
    }

    /// Base address of the RP API, ending in a slash.
    pub fn rp_url(&self) -> String {
        format!("https://localhost:{}/rp/v6.0/", self.address.port())
    }

    /// Address of the control port and the phone page, without a slash at the end.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control_address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn control_address(&self) -> SocketAddr {
        self.control_address
    }

    pub fn files(&self) -> &Files {
        &self.files
    }

    pub fn add_fault(&self, fault: Fault) {
        self.bank.faults.add(fault);
    }

    pub fn clear_faults(&self) {
        self.bank.faults.clear();
    }

    /// Gives a person another scenario until `reset`.
    pub fn set_scenario(&self, person: &str, scenario: Scenario) -> Result<()> {
        let is_known = self.bank.people().set_scenario(person, scenario);
        if is_known {
            Ok(())
        } else {
            Err(anyhow!("no such test person"))
        }
    }

    pub fn advance_clock(&self, seconds: i64) {
        self.bank.clock.advance(seconds);
    }

    pub fn reset(&self) {
        self.bank.reset();
    }

    /// Scans the code as the person (key or personal number) and acts on the order.
    pub async fn scan(&self, qr: &str, person: &str, action: PhoneAction) -> Result<OrderView> {
        self.phone(PhoneBody {
            qr: Some(qr.to_owned()),
            person: person.to_owned(),
            action,
            ..Default::default()
        })
        .await
    }

    /// Starts the app on the same device and acts on the order.
    pub async fn autostart(&self, token: &str, person: &str, action: PhoneAction) -> Result<OrderView> {
        let auto_start_token = Some(token.to_owned());
        self.phone(PhoneBody {
            auto_start_token,
            person: person.to_owned(),
            action,
            ..Default::default()
        })
        .await
    }

    /// The same as `POST /sim/phone`.
    pub async fn phone(&self, body: PhoneBody) -> Result<OrderView> {
        let shown = control::phone::act_as(Arc::clone(&self.bank), body).await;
        shown
            .map(|shown| shown.0)
            .map_err(|error| anyhow!("{}", error.message()))
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
