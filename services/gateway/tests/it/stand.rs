//! What each test stands on: a gateway, the services behind it, a browser and a supplier.

mod client;
mod identity;
mod peer;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use gateway::Gateway;
use gateway::config::GatewayConfig;
use platform::clock::{Clock as _, ManualClock, SeededEntropy};
use platform::grpc::{TlsConfig, TlsIdentity};
use platform::service::stateless::{Configuration, Parts, Running};
use platform::telemetry::Telemetry;
use proto::identity::v1::ExchangeSessionResponse;
use support::ca::{Authority, Identity};

pub use client::{Browser, frames};
pub use peer::{Peer, Reply};
pub use tokens::Tokens;

pub const DEADLINE: Duration = Duration::from_secs(20);
pub const NOW: &str = "2026-03-02T08:00:00Z";
pub const INDEX: &str = "<!doctype html>";
pub const VERSION: &str = "0123456789abcdef";
pub const ORIGIN: &str = "https://deltaga.test";

/// The gateway at work.
pub struct Stand {
    pub running: Running,
    pub identity: Peer,
    pub staff: Peer,
    pub export: Peer,
    pub participants: Peer,
    pub attendance: Peer,
    pub consent: Peer,
    pub clock: Arc<ManualClock>,
    pub tokens: Tokens,
    pub authority: Authority,
    folder: tempfile::TempDir,
}

impl Stand {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// With further sections of the configuration.
    pub async fn with(sections: &str) -> Self {
        Self::behind(sections, |consent| consent.address.clone()).await
    }

    /// With nobody where consent should be.
    pub async fn without_consent() -> Self {
        Self::behind("", |_| "https://localhost:1".to_owned()).await
    }

    async fn behind(sections: &str, address_of: impl FnOnce(&Peer) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path().join("ca")).unwrap();
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let tokens = Tokens::new(clock.clone());
        let identity = Peer::start("identity", &authority, &tokens).await;
        let staff = Peer::start("staff", &authority, &tokens).await;
        let export = Peer::start("export", &authority, &tokens).await;
        let participants = Peer::start("participants", &authority, &tokens).await;
        let attendance = Peer::start("attendance", &authority, &tokens).await;
        let consent = Peer::start("consent", &authority, &tokens).await;
        identity::play(&identity, &tokens);
        std::fs::create_dir_all(folder.path().join("pages")).unwrap();
        for (file, content) in [
            ("index.html", INDEX),
            ("index.html.br", "compressed"),
            ("version.txt", VERSION),
        ] {
            std::fs::write(folder.path().join("pages").join(file), content).unwrap();
        }
        std::fs::write(folder.path().join("csrf"), "5a".repeat(32)).unwrap();
        let text = configuration(
            &folder,
            &authority,
            [&identity, &staff, &export, &participants, &attendance],
            &address_of(&consent),
        );
        let configuration: Configuration<GatewayConfig> =
            Configuration::parse("gateway", &format!("{text}\n{sections}"), Vec::new()).unwrap();
        let parts = Parts {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
        };
        let running = Running::start::<Gateway>(configuration, parts, Telemetry::detached("gateway"))
            .await
            .unwrap();
        Self {
            running,
            identity,
            staff,
            export,
            participants,
            attendance,
            consent,
            clock,
            tokens,
            authority,
            folder,
        }
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        let port = self.running.address("browsers").unwrap().port();
        Browser::plain(&format!("http://127.0.0.1:{port}"))
    }

    /// A browser that has signed in to the staff pages.
    pub async fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        browser.sign_in().await;
        browser
    }

    /// A browser that has signed in to the participant's pages, as has everybody from now on.
    pub async fn participant(&self) -> Browser {
        identity::play_participants(&self.identity, &self.tokens);
        self.signed_in().await
    }

    /// From now on whoever is signed in gets this access token, which is good for so many seconds.
    pub fn give_token(&self, access_token: String, seconds: i64) {
        let after = |seconds| {
            Some(prost_types::Timestamp {
                seconds: self.clock.now().as_second() + seconds,
                nanos: 0,
            })
        };
        let answer = ExchangeSessionResponse {
            access_token,
            expires_at: after(seconds),
            session_idle_expires_at: after(1800),
            session_expires_at: after(36_000),
        };
        self.identity.message("SessionService/ExchangeSession", &answer);
    }

    /// A supplier's system with a certificate of its own.
    pub fn supplier(&self, certificate: &Identity) -> Browser {
        Browser::with_certificate(&self.suppliers_address(), certificate)
    }

    pub fn suppliers_address(&self) -> String {
        let port = self.running.address("suppliers").unwrap().port();
        format!("https://localhost:{port}")
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

pub fn tls_of(identity: &Identity) -> TlsConfig {
    TlsConfig {
        ca_file: identity.ca_file.clone(),
        certificate_file: identity.certificate_file.clone(),
        key_file: identity.key_file.clone(),
    }
}

fn configuration(
    folder: &tempfile::TempDir,
    authority: &Authority,
    peers: [&Peer; 5],
    consent: &str,
) -> String {
    let tls = authority.service("gateway").unwrap();
    let [identity, staff, export, participants, attendance] = peers.map(|peer| peer.address.as_str());
    let [ca, certificate, key] =
        [&tls.ca_file, &tls.certificate_file, &tls.key_file].map(|file| file.display().to_string());
    let csrf = folder.path().join("csrf").display().to_string();
    format!(
        r#"
        environment = "development"
        listen = {{ admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{ca}", certificate_file = "{certificate}", key_file = "{key}" }}
        peers.identity = {{ address = "{identity}" }}
        peers.staff = {{ address = "{staff}" }}
        peers.export = {{ address = "{export}" }}
        peers.participants = {{ address = "{participants}" }}
        peers.attendance = {{ address = "{attendance}" }}
        peers.consent = {{ address = "{consent}" }}
        telemetry = {{ level = "warn", format = "text" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 10 }}
        csrf = {{ key_file = "{csrf}" }}
        suppliers = {{ listen = "127.0.0.1:0", ca_file = "{ca}", certificate_file = "{certificate}", key_file = "{key}" }}
        browsers.listen = "127.0.0.1:0"
        browsers.origins = ["{ORIGIN}"]
        browsers.trusted_proxies = ["127.0.0.0/8"]
        browsers.static_folder = "{}"
        "#,
        folder.path().join("pages").display(),
    )
}
