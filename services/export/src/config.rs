//! The sections that only export has: where sealed files lie, how sending is tried again, and who receives.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use platform::config::{ConfigError, Environment, Key, Section};
use serde::{Deserialize, Serialize};

use crate::domain::recipient::Recipient;

/// `[store]`, `[sending]` and `[recipients]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExportConfig {
    pub store: StoreConfig,
    #[serde(default)]
    pub sending: SendingConfig,
    #[serde(default)]
    pub recipients: RecipientsConfig,
}

/// `[store]`: where sealed files lie.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// Folder of the sealed files.
    pub folder: PathBuf,
}

/// `[sending]`: how long and how often.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SendingConfig {
    /// Seconds a recipient may take for one file, its answer included.
    pub timeout_seconds: u64,
    /// Seconds within which a file has left; nobody settles what another process sends before.
    pub window_seconds: u64,
    /// Milliseconds before a part is tried again; doubled after each further problem.
    pub first_pause_ms: u64,
    /// Seconds that pause grows to at most.
    pub longest_pause_seconds: u64,
    /// Seconds until another replica takes over the part of one that died.
    pub lease_seconds: u64,
}

/// `[recipients]`: those that are set up.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecipientsConfig {
    pub esf: Option<RecipientConfig>,
    pub scb: Option<RecipientConfig>,
}

/// `[recipients.<recipient>]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientConfig {
    /// Base address, without a slash at its end.
    pub url: String,
    /// Authorities that the recipient's certificate is under, in PEM.
    pub ca_file: PathBuf,
    /// Certificate and chain shown to the recipient, in PEM.
    pub certificate_file: PathBuf,
    /// Its private key, PKCS#8 in PEM.
    pub key_file: PathBuf,
    /// The recipient's public key, one line `age1…`.
    pub public_key_file: PathBuf,
}

// === impl ExportConfig ===

impl Section for ExportConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "store.folder",
            "Folder of the sealed files, shared by all replicas. What lies in it opens with the recipient's key alone.",
        ),
        Key::new(
            "sending.timeout_seconds",
            "Seconds that a recipient may take for one file, its answer included; at least 5 less than window_seconds.",
        ),
        Key::new(
            "sending.window_seconds",
            "Seconds within which a file has left. So long others wait for a sender that fell silent.",
        ),
        Key::new(
            "sending.first_pause_ms",
            "Milliseconds before a part is tried again after a problem; doubled after each further one.",
        ),
        Key::new(
            "sending.longest_pause_seconds",
            "Seconds that this pause grows to at most.",
        ),
        Key::new(
            "sending.lease_seconds",
            "Seconds until another replica takes over the part of one that died.",
        ),
        Key::new("recipients.esf.url", URL),
        Key::new("recipients.esf.ca_file", CA_FILE),
        Key::new("recipients.esf.certificate_file", CERTIFICATE_FILE),
        Key::new("recipients.esf.key_file", KEY_FILE),
        Key::new("recipients.esf.public_key_file", PUBLIC_KEY_FILE),
        Key::new("recipients.scb.url", URL),
        Key::new("recipients.scb.ca_file", CA_FILE),
        Key::new("recipients.scb.certificate_file", CERTIFICATE_FILE),
        Key::new("recipients.scb.key_file", KEY_FILE),
        Key::new("recipients.scb.public_key_file", PUBLIC_KEY_FILE),
    ];

    fn example(service: &str) -> Self {
        Self {
            store: StoreConfig {
                folder: format!("/var/lib/deltaga/{service}").into(),
            },
            sending: SendingConfig::default(),
            recipients: RecipientsConfig {
                esf: Some(RecipientConfig::example("esf")),
                scb: Some(RecipientConfig::example("scb")),
            },
        }
    }

    fn peers() -> &'static [&'static str] {
        &["identity", "staff", "consent"]
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        let between = |key: &str, value: u64, from: u64, to: u64| {
            if (from..=to).contains(&value) {
                return Ok(());
            }
            Err(ConfigError::at(key, format!("must lie between {from} and {to}")))
        };
        let sending = &self.sending;
        between("sending.window_seconds", sending.window_seconds, 10, 540)?;
        // A longer one would be cut short by the window, which nobody sees who reads the configuration.
        between(
            "sending.timeout_seconds",
            sending.timeout_seconds,
            1,
            sending.longest_timeout(),
        )?;
        between("sending.first_pause_ms", sending.first_pause_ms, 1, 600_000)?;
        between(
            "sending.longest_pause_seconds",
            sending.longest_pause_seconds,
            1,
            3600,
        )?;
        between("sending.lease_seconds", sending.lease_seconds, 1, 300)?;
        for (name, recipient) in [("esf", &self.recipients.esf), ("scb", &self.recipients.scb)] {
            if let Some(recipient) = recipient {
                recipient
                    .check()
                    .map_err(|error| error.under(&format!("recipients.{name}")))?;
            }
        }
        Ok(())
    }
}

const URL: &str = "Base address of the recipient, https, without a slash at its end.";
const CA_FILE: &str = "Authorities that the recipient's certificate is under, in PEM.";
const CERTIFICATE_FILE: &str = "Certificate and chain shown to the recipient, in PEM.";
const KEY_FILE: &str = "Its private key, PKCS#8 in PEM. Readable for the process alone.";
const PUBLIC_KEY_FILE: &str = "The recipient's public key for sealing, one line beginning with age1.";

// === impl SendingConfig ===

impl Default for SendingConfig {
    fn default() -> Self {
        Self {
            timeout_seconds: 50,
            window_seconds: 60,
            first_pause_ms: 1000,
            longest_pause_seconds: 60,
            lease_seconds: 10,
        }
    }
}

impl SendingConfig {
    /// So long before an attempt is over its last byte has left.
    pub const MARGIN: SignedDuration = SignedDuration::from_secs(5);

    /// What is left of the window for a recipient's answer.
    fn longest_timeout(&self) -> u64 {
        self.window_seconds
            .saturating_sub(Self::MARGIN.as_secs().unsigned_abs())
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    pub fn window(&self) -> Duration {
        Duration::from_secs(self.window_seconds)
    }

    /// The pause after so many problems in a row.
    pub fn pause(&self, failures: i32) -> Duration {
        let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0).min(20);
        Duration::from_millis(self.first_pause_ms)
            .saturating_mul(1 << doublings)
            .min(Duration::from_secs(self.longest_pause_seconds))
    }
}

// === impl RecipientsConfig ===

impl RecipientsConfig {
    pub fn of(&self, recipient: Recipient) -> Option<&RecipientConfig> {
        match recipient {
            Recipient::Esf => self.esf.as_ref(),
            Recipient::Scb => self.scb.as_ref(),
        }
    }
}

// === impl RecipientConfig ===

impl RecipientConfig {
    fn example(name: &str) -> Self {
        Self {
            url: format!("https://{name}.example.org"),
            ca_file: format!("/etc/deltaga/{name}/ca.certificate.pem").into(),
            certificate_file: format!("/etc/deltaga/{name}/certificate.pem").into(),
            key_file: format!("/etc/deltaga/{name}/key.pem").into(),
            public_key_file: format!("/etc/deltaga/{name}/public-key").into(),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let is_https = reqwest::Url::parse(&self.url).is_ok_and(|url| url.scheme() == "https");
        if is_https && !self.url.ends_with('/') {
            Ok(())
        } else {
            Err(ConfigError::at(
                "url",
                "must be an https address without a slash at its end",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::config::default_file;

    use super::*;

    #[test]
    fn the_committed_default_file_is_the_one_of_the_types() {
        let committed = include_str!("../config.default.toml");
        assert_eq!(default_file::<ExportConfig>("export").unwrap(), committed);
    }

    #[test]
    fn recipients_are_reached_by_https_alone() {
        for url in ["http://esf.example.org", "https://esf.example.org/", "esf"] {
            let mut config = ExportConfig::example("export");
            config.recipients.esf.as_mut().unwrap().url = url.to_owned();
            assert!(config.check(Environment::Development).is_err(), "{url}");
        }
    }

    #[test]
    fn a_recipient_may_not_take_longer_than_the_window_leaves() {
        for (timeout, window, fits) in [
            (55, 60, true),
            (56, 60, false),
            (300, 60, false),
            (535, 540, true),
        ] {
            let mut config = ExportConfig::example("export");
            (config.sending.timeout_seconds, config.sending.window_seconds) = (timeout, window);
            let checked = config.check(Environment::Production);
            assert_eq!(checked.is_ok(), fits, "{timeout} of {window}");
        }
        ExportConfig::example("export")
            .check(Environment::Production)
            .unwrap();
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let sending = SendingConfig::default();
        assert_eq!(sending.pause(1), Duration::from_secs(1));
        assert_eq!(sending.pause(3), Duration::from_secs(4));
        assert_eq!(sending.pause(50), Duration::from_mins(1));
    }
}
