//! What a process needs from outside before it can run: time, randomness, its certificate, its key. Loaded and judged
//! before a port opens; tests put in their own.

use std::sync::Arc;

use crate::clock::{SharedClock, SharedEntropy, SystemClock, SystemEntropy};
use crate::config::{ConfigError, PlatformConfig};
use crate::grpc::TlsIdentity;
use crate::keys::KeyEncryptionKey;

/// The parts that do not come from the database or the network.
#[derive(Debug)]
pub struct Parts {
    /// Tells the time.
    pub clock: SharedClock,
    /// Gives randomness.
    pub entropy: SharedEntropy,
    /// Who the service is to others.
    pub tls: TlsIdentity,
    /// Opens the key ring.
    pub key_encryption_key: KeyEncryptionKey,
}

impl Parts {
    /// Reads every file that the configuration names.
    pub fn load(config: &PlatformConfig) -> Result<Self, ConfigError> {
        let clock = SystemClock::load(&config.clock)
            .map_err(|error| ConfigError::at("clock.offset_file", format!("cannot be used: {error}")))?;
        let tls = TlsIdentity::load(&config.tls)
            .map_err(|error| ConfigError::whole(format!("{:#}", anyhow::Error::new(error))))?;
        let key_encryption_key = KeyEncryptionKey::load(&config.keys)
            .map_err(|error| ConfigError::at("keys.key_encryption_key_file", error.to_string()))?;
        Ok(Self {
            clock: Arc::new(clock),
            entropy: Arc::new(SystemEntropy),
            tls,
            key_encryption_key,
        })
    }
}
