//! Running receivers, and export's client.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType,
};
use receivers_simulator::{Config, Receipt, Recipient, Simulator};
use reqwest::{Certificate, Client, Identity, Response};
use tempfile::TempDir;

pub const PART: &str = "0190a1b2-0000-7000-8000-00000000000a";
pub const SENDER: &str = "spiffe://deltaga/service/export";

pub struct Stage {
    pub simulator: Simulator,
    pub sender: Client,
    issuer: Issuer<'static, KeyPair>,
    state: TempDir,
}

impl Stage {
    pub async fn set() -> Self {
        let state = tempfile::tempdir().unwrap();
        let issuer = authority(state.path());
        let simulator = start(state.path()).await;
        let sender = client(&simulator, &issuer, SENDER);
        Self {
            simulator,
            sender,
            issuer,
            state,
        }
    }

    /// Ends the simulator and starts it on the same folder.
    pub async fn restart(self) -> Self {
        self.simulator.shutdown().await;
        let simulator = start(self.state.path()).await;
        Self {
            sender: client(&simulator, &self.issuer, SENDER),
            simulator,
            ..self
        }
    }

    pub fn client_with_uri(&self, uri: &str) -> Client {
        client(&self.simulator, &self.issuer, uri)
    }

    pub fn url(&self, part: &str) -> String {
        format!("{}/parts/{part}", self.simulator.url(Recipient::Esf))
    }

    pub fn seal(&self, content: &str) -> Vec<u8> {
        let file = self.simulator.files().recipient(Recipient::Esf).public_key;
        let key: age::x25519::Recipient = std::fs::read_to_string(file).unwrap().parse().unwrap();
        age::encrypt(&key, content.as_bytes()).unwrap()
    }

    pub async fn put(&self, attempt: u32, body: Vec<u8>) -> reqwest::Result<Response> {
        let sum = BASE64_STANDARD.encode(digest(&SHA256, &body));
        self.sender
            .put(self.url(PART))
            .header("content-type", "application/age")
            .header("content-digest", format!("sha-256=:{sum}:"))
            .header("deltaga-attempt", attempt)
            .body(body)
            .send()
            .await
    }

    pub async fn put_rows(&self, attempt: u32, rows: usize) -> reqwest::Result<Response> {
        self.put(attempt, self.seal(&content(attempt, rows))).await
    }

    pub async fn ask(&self) -> Response {
        self.sender.get(self.url(PART)).send().await.unwrap()
    }

    /// Personal number and outcome of every row that arrived.
    pub fn arrived(&self) -> Vec<(String, String)> {
        let rows = self.simulator.rows(Recipient::Esf).unwrap();
        rows.into_iter()
            .map(|held| (held.row.personal_number, held.outcome))
            .collect()
    }
}

pub const NUMBERS: [&str; 3] = ["194503129803", "196802299823", "197201759920"];

/// A right part with so many rows.
pub fn content(attempt: u32, rows: usize) -> String {
    let mut text = format!(
        "{{\"kind\":\"header\",\"format\":\"deltaga.part\",\"version\":1,\"run_id\":\
\"0190a1b2-0000-7000-8000-00000000000b\",\"part_id\":\"{PART}\",\"attempt\":{attempt},\"recipient\":\"ESF\",\
\"month\":\"2026-10\",\"rows\":{rows}}}\n"
    );
    for (place, number) in NUMBERS.into_iter().take(rows).enumerate() {
        text.push_str(&row(place, number));
    }
    let sum = hex::encode(digest(&SHA256, text.as_bytes()));
    format!("{text}{{\"kind\":\"trailer\",\"rows\":{rows},\"sha256\":\"{sum}\"}}\n")
}

fn row(place: usize, number: &str) -> String {
    format!(
        "{{\"kind\":\"row\",\"report_id\":\"0190a1b2-0000-7000-8000-00000000010{place}\",\"revision\":1,\
\"personal_number\":\"{number}\",\"placement_start\":\"2026-09-01\",\"placement_end\":\"2027-02-26\",\
\"month\":\"2026-10\",\"ka_number\":\"KA10001\",\"hours\":42}}\n"
    )
}

pub async fn receipt(answer: Response) -> Receipt {
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

pub async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: serde_json::Value = answer.json().await.unwrap();
    (status, body["code"].as_str().unwrap().to_owned())
}

async fn start(folder: &Path) -> Simulator {
    let config = Config::new(folder.join("state"), folder.join("ca.pem"));
    Simulator::start(config).await.unwrap()
}

fn authority(folder: &Path) -> Issuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Clients");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let key = KeyPair::generate().unwrap();
    let root = params.self_signed(&key).unwrap();
    std::fs::write(folder.join("ca.pem"), root.pem()).unwrap();
    Issuer::new(params, key)
}

fn client(simulator: &Simulator, issuer: &Issuer<'static, KeyPair>, uri: &str) -> Client {
    let mut params = CertificateParams::default();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.subject_alt_names = vec![SanType::URI(uri.try_into().unwrap())];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let pem = format!("{}{}", certificate.pem(), key.serialize_pem());
    let server_ca = std::fs::read(&simulator.files().server_ca).unwrap();
    Client::builder()
        .tls_certs_only([Certificate::from_pem(&server_ca).unwrap()])
        .identity(Identity::from_pem(pem.as_bytes()).unwrap())
        .build()
        .unwrap()
}
