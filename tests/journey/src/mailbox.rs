//! Somebody who reads what was sent to an address or telephone.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// The sinks' page.
#[derive(Clone, Debug)]
pub struct Mailbox {
    address: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Sent {
    text: String,
}

impl Mailbox {
    /// The sinks at `address`.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            http: reqwest::Client::new(),
        }
    }

    /// Texts sent to a recipient so far, oldest first.
    pub async fn texts(&self, recipient: &str) -> Result<Vec<String>> {
        let page = format!("{}/messages", self.address);
        let answer = self
            .http
            .get(page)
            .query(&[("to", recipient)])
            .send()
            .await?
            .error_for_status()?;
        Ok(answer
            .json::<Vec<Sent>>()
            .await?
            .into_iter()
            .map(|sent| sent.text)
            .collect())
    }

    /// Waits for the newest message to a recipient that holds a link, and gives the secret at the link's end.
    pub async fn link_secret(&self, recipient: &str) -> Result<String> {
        tokio::time::timeout(Duration::from_secs(20), self.wait_for_link(recipient))
            .await
            .context("no invitation has come")?
    }

    async fn wait_for_link(&self, recipient: &str) -> Result<String> {
        loop {
            let texts = self.texts(recipient).await?;
            if let Some(secret) = texts.iter().rev().find_map(|text| secret_in(text)) {
                return Ok(secret);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// The last path segment or fragment of the link in a text.
fn secret_in(text: &str) -> Option<String> {
    let link = text
        .split_whitespace()
        .find(|word| word.starts_with("http://") || word.starts_with("https://"))?;
    let secret = link.trim_end_matches(['.', ',']).rsplit(['/', '#', '=']).next()?;
    (!secret.is_empty()).then(|| secret.to_owned())
}
