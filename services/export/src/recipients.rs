//! The recipients that are set up: how they are reached, and what their files are sealed to.

pub mod client;
mod upload;
pub mod valve;
pub mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;

use self::client::RecipientClient;
use crate::config::{ExportConfig, RecipientConfig};
use crate::domain::recipient::Recipient;
use crate::sealing::file::SealingKey;

/// One that is set up.
pub struct Prepared {
    pub client: RecipientClient,
    pub key: SealingKey,
}

/// All of them. Clones share them.
#[derive(Clone)]
pub struct Recipients(Arc<BTreeMap<Recipient, Prepared>>);

impl Recipients {
    /// Reads certificates and keys; connects with the first part.
    pub fn load(config: &ExportConfig) -> anyhow::Result<Self> {
        let mut prepared = BTreeMap::new();
        for recipient in Recipient::ALL {
            if let Some(settings) = config.recipients.of(recipient) {
                let loaded = prepare(settings, config)
                    .with_context(|| format!("recipients.{}", recipient.code().to_lowercase()))?;
                prepared.insert(recipient, loaded);
            }
        }
        Ok(Self(Arc::new(prepared)))
    }

    pub fn get(&self, recipient: Recipient) -> Option<&Prepared> {
        self.0.get(&recipient)
    }
}

fn prepare(settings: &RecipientConfig, config: &ExportConfig) -> anyhow::Result<Prepared> {
    let line = std::fs::read_to_string(&settings.public_key_file).context("cannot read public_key_file")?;
    let key = line.trim().parse::<SealingKey>();
    Ok(Prepared {
        client: RecipientClient::load(settings, config.sending.timeout())?,
        key: key.map_err(|problem| anyhow::anyhow!("public_key_file holds no key: {problem}"))?,
    })
}
