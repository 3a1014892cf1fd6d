//! The request bodies as they are sent. Unknown fields are refused, everything else is judged in `limits`.

use serde::Deserialize;

use crate::people::Risk;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartRequest {
    pub end_user_ip: String,
    pub user_visible_data: Option<String>,
    pub user_non_visible_data: Option<String>,
    pub user_visible_data_format: Option<TextFormat>,
    pub return_url: Option<String>,
    pub return_risk: Option<bool>,
    pub web: Option<Web>,
    pub app: Option<App>,
    pub requirement: Option<Requirement>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhoneRequest {
    pub personal_number: String,
    #[serde(rename = "callInitiator")]
    pub _call_initiator: CallInitiator,
    pub user_visible_data: Option<String>,
    pub user_non_visible_data: Option<String>,
    pub user_visible_data_format: Option<TextFormat>,
    pub requirement: Option<PhoneRequirement>,
}

/// Payments are accepted and started; their own fields are not looked at.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequest {
    pub end_user_ip: Option<String>,
    pub personal_number: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderRequest {
    pub order_ref: String,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requirement {
    pub pin_code: Option<bool>,
    pub mrtd: Option<bool>,
    pub card_reader: Option<CardReader>,
    pub certificate_policies: Option<Vec<String>>,
    pub personal_number: Option<String>,
    pub risk: Option<Risk>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhoneRequirement {
    pub pin_code: Option<bool>,
    pub mrtd: Option<bool>,
    pub card_reader: Option<CardReader>,
    pub certificate_policies: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum TextFormat {
    #[serde(rename = "plaintext")]
    Plain,
    #[serde(rename = "simpleMarkdownV1")]
    SimpleMarkdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CardReader {
    Class1,
    Class2,
}

#[derive(Debug, Deserialize)]
pub enum CallInitiator {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "RP")]
    RelyingParty,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Web {
    #[serde(rename = "referringDomain")]
    pub _referring_domain: Option<String>,
    pub user_agent: Option<String>,
    #[serde(rename = "deviceIdentifier")]
    pub _device_identifier: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct App {
    #[serde(rename = "appIdentifier")]
    pub _app_identifier: Option<String>,
    #[serde(rename = "deviceOS")]
    pub _device_os: Option<String>,
    #[serde(rename = "deviceModelName")]
    pub _device_model_name: Option<String>,
    #[serde(rename = "deviceIdentifier")]
    pub _device_identifier: Option<String>,
}

impl From<PhoneRequirement> for Requirement {
    fn from(phone: PhoneRequirement) -> Self {
        Self {
            pin_code: phone.pin_code,
            mrtd: phone.mrtd,
            card_reader: phone.card_reader,
            certificate_policies: phone.certificate_policies,
            personal_number: None,
            risk: None,
        }
    }
}
