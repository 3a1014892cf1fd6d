//! A person's phone with the BankID app, by the simulator's control port.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use support::people::Person;

/// The phone of whoever is named in the call.
#[derive(Clone, Debug)]
pub struct Phone {
    address: String,
    http: reqwest::Client,
}

impl Phone {
    /// The control port at `address`.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            http: reqwest::Client::new(),
        }
    }

    /// Scans the QR code and approves with the person's code.
    pub async fn scan_and_approve(&self, qr_text: &str, person: &Person) -> Result<()> {
        self.act(json!({"qr": qr_text, "person": person.digits(), "action": "approve"}))
            .await
    }

    /// Opens the app by the start link on the same device and approves.
    pub async fn start_and_approve(&self, autostart_token: &str, person: &Person) -> Result<()> {
        self.act(json!({"autoStartToken": autostart_token, "person": person.digits(), "action": "approve"}))
            .await
    }

    /// Scans the QR code and cancels in the app.
    pub async fn scan_and_cancel(&self, qr_text: &str, person: &Person) -> Result<()> {
        self.act(json!({"qr": qr_text, "person": person.digits(), "action": "cancel"}))
            .await
    }

    async fn act(&self, body: Value) -> Result<()> {
        let answer = self
            .http
            .post(format!("{}/sim/phone", self.address))
            .json(&body)
            .send()
            .await?;
        let status = answer.status();
        let said = answer.text().await.context("the phone's answer")?;
        ensure!(status.is_success(), "the phone answered {status}: {said}");
        Ok(())
    }
}
