//! The sections that only identity has, and what follows from their keys.

use platform::config::{ConfigError, Environment, Key, Section};
use serde::{Deserialize, Serialize};

use crate::bankid::BankidConfig;
use crate::domain::additions::Additions;
use crate::messages::MessagesConfig;

/// The sections of identity.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// BankID.
    pub bankid: BankidConfig,
    /// What is offered beyond what people know.
    #[serde(default)]
    pub additions: Additions,
    /// Outgoing messages.
    pub messages: MessagesConfig,
}

impl Section for IdentityConfig {
    const KEYS: &'static [Key] = &[
        Key::new("bankid.base_url", BankidConfig::KEYS[0].meaning),
        Key::new("bankid.ca_file", BankidConfig::KEYS[1].meaning),
        Key::new("bankid.certificate_file", BankidConfig::KEYS[2].meaning),
        Key::new("bankid.key_file", BankidConfig::KEYS[3].meaning),
        Key::new("bankid.trust_anchors_file", BankidConfig::KEYS[4].meaning),
        Key::new("bankid.policies", BankidConfig::KEYS[5].meaning),
        Key::new("bankid.starts_per_minute", BankidConfig::KEYS[6].meaning),
        Key::new("bankid.accepted_risk", BankidConfig::KEYS[7].meaning),
        Key::new("bankid.accepts_unknown_risk", BankidConfig::KEYS[8].meaning),
        Key::new(
            "bankid.same_device_requires_same_address",
            BankidConfig::KEYS[9].meaning,
        ),
        Key::new("bankid.participant_text.sv", BankidConfig::KEYS[10].meaning),
        Key::new("bankid.participant_text.en", BankidConfig::KEYS[11].meaning),
        Key::new("bankid.staff_text.sv", BankidConfig::KEYS[12].meaning),
        Key::new("bankid.staff_text.en", BankidConfig::KEYS[13].meaning),
        Key::new("bankid.signing_heading.sv", BankidConfig::KEYS[14].meaning),
        Key::new("bankid.signing_heading.en", BankidConfig::KEYS[15].meaning),
        Key::new(
            "additions.documents_together",
            "Whether several documents of a person may be signed in one BankID order; else each has its own.",
        ),
        Key::new("messages.smtp_host", MessagesConfig::KEYS[0].meaning),
        Key::new("messages.smtp_port", MessagesConfig::KEYS[1].meaning),
        Key::new("messages.smtp_tls", MessagesConfig::KEYS[2].meaning),
        Key::new("messages.sms_url", MessagesConfig::KEYS[3].meaning),
        Key::new("messages.sender", MessagesConfig::KEYS[4].meaning),
        Key::new("messages.public_url", MessagesConfig::KEYS[5].meaning),
    ];

    fn example(service: &str) -> Self {
        Self {
            bankid: BankidConfig::example(service),
            additions: Additions::default(),
            messages: MessagesConfig::example(service),
        }
    }

    fn peers() -> &'static [&'static str] {
        &["staff"]
    }

    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        self.bankid
            .check(environment)
            .map_err(|error| error.under("bankid"))?;
        self.messages
            .check(environment)
            .map_err(|error| error.under("messages"))
    }
}
