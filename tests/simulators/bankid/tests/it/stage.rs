//! A simulator with a clock that stands still, and a relying party that calls it.

use std::path::Path;
use std::sync::Arc;

use bankid_simulator::{Config, Entropy, ManualClock, PhoneAction, Simulator, qr};
use jiff::SignedDuration;
use reqwest::{Certificate, Client, Identity, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

pub struct Stage {
    pub simulator: Simulator,
    pub clock: ManualClock,
    pub rp: Client,
    _state: TempDir,
}

pub struct Started {
    pub order_ref: String,
    pub auto_start_token: String,
    pub qr_token: String,
    pub qr_secret: String,
}

impl Stage {
    pub async fn set() -> Self {
        Self::set_with(|_| {}).await
    }

    pub async fn set_with(change: impl FnOnce(&mut Config)) -> Self {
        let state = tempfile::tempdir().unwrap();
        let clock = ManualClock::at("2026-03-02T09:00:00Z".parse().unwrap());
        let mut config = Config::new(state.path());
        config.clock = Arc::new(clock.clone());
        config.entropy = Entropy::seeded(1);
        change(&mut config);
        let simulator = Simulator::start(config).await.unwrap();
        let files = simulator.files();
        let rp = client(&simulator, Some((&files.rp_certificate, &files.rp_key)));
        Self {
            simulator,
            clock,
            rp,
            _state: state,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.rp_url())
    }

    pub async fn call(&self, path: &str, body: &Value) -> Response {
        self.rp.post(self.url(path)).json(body).send().await.unwrap()
    }

    pub async fn start(&self, path: &str, body: &Value) -> Started {
        let answer = ok(self.call(path, body).await).await;
        let field = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Started {
            order_ref: field("orderRef"),
            auto_start_token: field("autoStartToken"),
            qr_token: field("qrStartToken"),
            qr_secret: field("qrStartSecret"),
        }
    }

    pub async fn auth(&self) -> Started {
        self.start("auth", &json!({"endUserIp": "192.0.2.1"})).await
    }

    pub async fn collect(&self, started: &Started) -> Value {
        ok(self
            .call("collect", &json!({"orderRef": started.order_ref}))
            .await)
        .await
    }

    /// Scans the code of this second and approves as the person, then collects.
    pub async fn complete(&self, started: &Started, person: &str) -> Value {
        let shown = qr::text(&started.qr_token, &started.qr_secret, 0);
        self.simulator
            .scan(&shown, person, PhoneAction::Approve)
            .await
            .unwrap();
        let answer = self.collect(started).await;
        assert_eq!(answer["status"], "complete");
        answer["completionData"].clone()
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

/// A client that trusts the simulator's server and may have a certificate with its key.
pub fn client(simulator: &Simulator, identity: Option<(&Path, &Path)>) -> Client {
    let server_ca = std::fs::read(&simulator.files().server_ca).unwrap();
    let mut builder = Client::builder().tls_certs_only([Certificate::from_pem(&server_ca).unwrap()]);
    if let Some((certificate, key)) = identity {
        let pem = [std::fs::read(certificate).unwrap(), std::fs::read(key).unwrap()].concat();
        builder = builder.identity(Identity::from_pem(&pem).unwrap());
    }
    builder.build().unwrap()
}

pub async fn ok(response: Response) -> Value {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    response.json().await.unwrap()
}

/// Status and error code of a refusal.
pub async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert!(
        body["details"].is_string() && body.as_object().unwrap().len() == 2,
        "{body}"
    );
    (status, body["errorCode"].as_str().unwrap().to_owned())
}
