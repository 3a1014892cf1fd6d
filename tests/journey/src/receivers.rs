//! What arrived at ESF and SCB, asked of the receivers' control port.

use anyhow::Result;
use proto::types::v1::Recipient;
use serde::Deserialize;
use serde_json::Value;

/// The control port.
#[derive(Clone, Debug)]
pub struct Receivers {
    address: String,
    http: reqwest::Client,
}

/// A row of a byte stream that arrived.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Arrived {
    /// Number of the byte stream.
    pub delivery: u64,
    /// What became of the stream: `stored`, `cut`, or the code of a refusal.
    pub outcome: String,
    /// The row.
    pub row: ArrivedRow,
    /// What the receipt says.
    pub accepted: Option<bool>,
    /// Whether nothing newer has replaced the part.
    pub counts: bool,
}

/// A row as it was sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ArrivedRow {
    pub report_id: String,
    pub revision: u32,
    pub personal_number: String,
    pub placement_start: jiff::civil::Date,
    pub placement_end: jiff::civil::Date,
    pub month: String,
    pub ka_number: String,
    pub hours: serde_json::Number,
}

impl Receivers {
    /// The control port at `address`.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            http: reqwest::Client::new(),
        }
    }

    /// Every row of every byte stream, in order of arrival.
    pub async fn rows(&self, recipient: Recipient) -> Result<Vec<Arrived>> {
        let page = format!("{}/{}/rows", self.address, stem(recipient));
        let answer = self.http.get(page).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }

    /// Sets what goes wrong at a recipient.
    pub async fn set_switch(&self, recipient: Recipient, switch: &Value) -> Result<()> {
        let page = format!("{}/{}/switch", self.address, stem(recipient));
        self.http
            .put(page)
            .json(switch)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }
}

/// As it stands in addresses.
fn stem(recipient: Recipient) -> &'static str {
    match recipient {
        Recipient::Scb => "scb",
        Recipient::Esf | Recipient::Unspecified => "esf",
    }
}
