//! `[messages]`: by which ways messages leave.

use platform::config::{ConfigError, Environment, Key, Section};
use serde::{Deserialize, Serialize};

/// `[messages]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MessagesConfig {
    /// Host of the SMTP relay.
    pub smtp_host: String,
    /// Its port.
    pub smtp_port: u16,
    /// Whether the relay is spoken to under TLS.
    #[serde(default = "smtp_tls")]
    pub smtp_tls: bool,
    /// Where SMS are posted to.
    pub sms_url: String,
    /// Address that e-mail comes from.
    pub sender: String,
    /// Address of the pages that links lead to.
    pub public_url: String,
}

impl Section for MessagesConfig {
    const KEYS: &'static [Key] = &[
        Key::new("smtp_host", "Host of the relay that takes e-mail."),
        Key::new("smtp_port", "Its port."),
        Key::new(
            "smtp_tls",
            "Whether the relay is spoken to under TLS (STARTTLS, required). Off in development alone.",
        ),
        Key::new(
            "sms_url",
            "Where SMS are posted to, as JSON with `to` and `text`.",
        ),
        Key::new("sender", "Address that e-mail comes from."),
        Key::new(
            "public_url",
            "Address of the pages that links lead to, ending in a slash.",
        ),
    ];

    fn example(_service: &str) -> Self {
        Self {
            smtp_host: "smtp.example.org".to_owned(),
            smtp_port: 587,
            smtp_tls: smtp_tls(),
            sms_url: "https://sms.example.org/messages".to_owned(),
            sender: "no-reply@deltaga.example".to_owned(),
            public_url: "https://deltaga.example/".to_owned(),
        }
    }

    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        let is_production = environment == Environment::Production;
        let is_web =
            |url: &str| url.starts_with("https://") || (!is_production && url.starts_with("http://"));
        if !is_web(&self.sms_url) {
            return Err(ConfigError::at("sms_url", "must begin with https://"));
        }
        if !(is_web(&self.public_url) && self.public_url.ends_with('/')) {
            return Err(ConfigError::at(
                "public_url",
                "must begin with https:// and end with a slash",
            ));
        }
        if is_production && !self.smtp_tls {
            return Err(ConfigError::at("smtp_tls", "links leave under TLS in production"));
        }
        if self.sender.parse::<lettre::message::Mailbox>().is_err() {
            return Err(ConfigError::at("sender", "must be an e-mail address"));
        }
        Ok(())
    }
}

fn smtp_tls() -> bool {
    true
}
