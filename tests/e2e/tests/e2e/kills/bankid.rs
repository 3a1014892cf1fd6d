//! People's phones, and what BankID knows of an order.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use support::people::Person;

/// The simulator's control port.
pub struct Bankid {
    address: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_ref: String,
    status: String,
}

impl Bankid {
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            http: reqwest::Client::new(),
        }
    }

    /// Scans the code and approves; gives the order's reference.
    pub async fn approve(&self, qr_text: &str, person: &Person) -> Result<String> {
        let scan = json!({"qr": qr_text, "person": person.digits(), "action": "approve"});
        let page = format!("{}/sim/phone", self.address);
        let answer = self.http.post(page).json(&scan).send().await?;
        let order: Order = answer.error_for_status()?.json().await?;
        Ok(order.order_ref)
    }

    /// Answers to questions for results come late from now on, though what they tell is told: whoever dies while waiting
    /// for one has lost it.
    pub async fn dawdle(&self) -> Result<()> {
        let delay = json!({"kind": "delay", "milliseconds": 300});
        let fault = json!({"endpoint": "collect", "effect": delay, "when": "after", "times": 10_000});
        let answer = self.http.post(self.faults()).json(&fault).send().await?;
        answer.error_for_status()?;
        Ok(())
    }

    /// Ends [`Self::dawdle`].
    pub async fn hurry(&self) -> Result<()> {
        self.http.delete(self.faults()).send().await?.error_for_status()?;
        Ok(())
    }

    /// Whether the result of an approved order was told to whoever collected it.
    pub async fn has_told(&self, order_ref: &str) -> Result<bool> {
        let page = format!("{}/sim/orders/{order_ref}", self.address);
        let answer = self.http.get(page).send().await?;
        let order: Order = answer.error_for_status()?.json().await?;
        Ok(order.status == "gone")
    }

    fn faults(&self) -> String {
        format!("{}/sim/faults", self.address)
    }
}
