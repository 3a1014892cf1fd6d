//! `[bankid]`: where BankID is, who we are to it, whose signatures we trust and what people read in the app.

use std::path::PathBuf;

use platform::config::{ConfigError, Environment, Key, Section};
use serde::{Deserialize, Serialize};

use super::risk::Risk;
use crate::domain::portal::{Language, Portal};

const LONGEST_TEXT: usize = 1_100;

/// `[bankid]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BankidConfig {
    /// Address of the interface, with its version.
    pub base_url: String,
    /// Authorities of BankID's servers, in PEM.
    pub ca_file: PathBuf,
    /// Our certificate as relying party, in PEM.
    pub certificate_file: PathBuf,
    /// Its key, PKCS#8 in PEM.
    pub key_file: PathBuf,
    /// Roots that signatures must lead to, in PEM.
    pub trust_anchors_file: PathBuf,
    /// Certificate policies of BankIDs that are accepted.
    pub policies: Vec<String>,
    /// Orders that one address may start per minute.
    #[serde(default = "starts_per_minute")]
    pub starts_per_minute: u32,
    /// The highest risk of an order that is taken.
    #[serde(default = "accepted_risk")]
    pub accepted_risk: Risk,
    /// Whether an order is taken whose risk BankID does not know.
    #[serde(default = "yes")]
    pub accepts_unknown_risk: bool,
    /// Whether the app must answer from the browser's address when both are on one device.
    #[serde(default = "yes")]
    pub same_device_requires_same_address: bool,
    /// What the app shows at sign-in to the participant's pages.
    pub participant_text: VisibleTexts,
    /// What the app shows at sign-in to the staff pages.
    pub staff_text: VisibleTexts,
    /// What stands above the documents to sign.
    pub signing_heading: VisibleTexts,
}

/// A text in both languages.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VisibleTexts {
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
}

impl BankidConfig {
    /// What the app shows at sign-in.
    pub fn sign_in_text(&self, portal: Portal, language: Language) -> &str {
        match portal {
            Portal::Participant => self.participant_text.of(language),
            Portal::Staff => self.staff_text.of(language),
        }
    }
}

impl VisibleTexts {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.sv,
            Language::English => &self.en,
        }
    }

    fn new(sv: &str, en: &str) -> Self {
        Self {
            sv: sv.to_owned(),
            en: en.to_owned(),
        }
    }

    fn check(&self, key: &str) -> Result<(), ConfigError> {
        let fits = |text: &str| !text.trim().is_empty() && text.len() <= LONGEST_TEXT;
        if fits(&self.sv) && fits(&self.en) {
            Ok(())
        } else {
            Err(ConfigError::at(
                key,
                "both languages need a text of at most 1,100 bytes",
            ))
        }
    }
}

impl Section for BankidConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "base_url",
            "Address of BankID's interface with its version, ending in a slash.",
        ),
        Key::new(
            "ca_file",
            "Authorities that BankID's servers are trusted by, in PEM; no public ones are.",
        ),
        Key::new("certificate_file", "Our certificate as relying party, in PEM."),
        Key::new("key_file", "Private key of that certificate, PKCS#8 in PEM."),
        Key::new(
            "trust_anchors_file",
            "Roots that every signature's chain must lead to, in PEM.",
        ),
        Key::new(
            "policies",
            "Certificate policies of the BankIDs that are accepted; other BankIDs cannot sign in or sign.",
        ),
        Key::new(
            "starts_per_minute",
            "Orders that one address may start per minute; more are refused.",
        ),
        Key::new(
            "accepted_risk",
            "The highest risk, as BankID judges it, of orders that are taken: low, moderate or high. Riskier ones end as blocked.",
        ),
        Key::new(
            "accepts_unknown_risk",
            "Whether orders are taken whose risk BankID does not know or tell.",
        ),
        Key::new(
            "same_device_requires_same_address",
            "Whether an order started on the same device must be answered from the address of the browser; else it must be started again. If off, it is logged alone.",
        ),
        Key::new(
            "participant_text.sv",
            "What the app shows at sign-in to the participant's pages, in Swedish.",
        ),
        Key::new("participant_text.en", "The same in English."),
        Key::new(
            "staff_text.sv",
            "What the app shows at sign-in to the staff pages, in Swedish.",
        ),
        Key::new("staff_text.en", "The same in English."),
        Key::new(
            "signing_heading.sv",
            "What stands above the documents to sign, in Swedish.",
        ),
        Key::new("signing_heading.en", "The same in English."),
    ];

    fn example(_service: &str) -> Self {
        Self {
            base_url: "https://appapi2.test.bankid.com/rp/v6.0/".to_owned(),
            ca_file: "/etc/deltaga/bankid/server-ca.crt".into(),
            certificate_file: "/etc/deltaga/bankid/tls.crt".into(),
            key_file: "/etc/deltaga/bankid/tls.key".into(),
            trust_anchors_file: "/etc/deltaga/bankid/signing-roots.crt".into(),
            policies: ["1.2.3.4.5", "1.2.3.4.10", "1.2.3.4.25"]
                .map(str::to_owned)
                .into(),
            starts_per_minute: starts_per_minute(),
            accepted_risk: accepted_risk(),
            accepts_unknown_risk: yes(),
            same_device_requires_same_address: yes(),
            participant_text: VisibleTexts::new(
                "Du loggar in på dina sidor hos Deltaga.",
                "You are signing in to your pages at Deltaga.",
            ),
            staff_text: VisibleTexts::new(
                "Du loggar in som personal hos Deltaga.",
                "You are signing in as staff at Deltaga.",
            ),
            signing_heading: VisibleTexts::new(
                "Du skriver under följande:",
                "You are signing the following:",
            ),
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        if !(self.base_url.starts_with("https://") && self.base_url.ends_with('/')) {
            return Err(ConfigError::at(
                "base_url",
                "must begin with https:// and end with a slash",
            ));
        }
        let is_oid = |oid: &String| {
            oid.split('.').count() > 2 && oid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        };
        if self.policies.is_empty() || !self.policies.iter().all(is_oid) {
            return Err(ConfigError::at(
                "policies",
                "needs at least one object identifier such as 1.2.752.78.1.5",
            ));
        }
        if self.starts_per_minute == 0 {
            return Err(ConfigError::at("starts_per_minute", "must be at least 1"));
        }
        self.participant_text.check("participant_text")?;
        self.staff_text.check("staff_text")?;
        self.signing_heading.check("signing_heading")
    }
}

fn starts_per_minute() -> u32 {
    120
}

fn accepted_risk() -> Risk {
    Risk::Low
}

fn yes() -> bool {
    true
}
