//! BankID's requests and answers, byte for byte. Answers are read tolerantly: unknown fields are kept out, unknown words
//! have a meaning of their own.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::hint::{FailedHint, PendingHint};
use super::risk::Risk;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartBody<'a> {
    pub end_user_ip: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<Requirement<'a>>,
    pub user_visible_data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_non_visible_data: Option<String>,
    pub user_visible_data_format: &'static str,
    pub return_risk: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<Web<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Requirement<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub certificate_policies: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_number: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Web<'a> {
    pub user_agent: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderBody<'a> {
    pub order_ref: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartAnswer {
    pub order_ref: String,
    pub auto_start_token: String,
    pub qr_start_token: String,
    pub qr_start_secret: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CollectAnswer {
    status: String,
    hint_code: Option<String>,
    completion_data: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorAnswer {
    pub error_code: Option<String>,
}

/// What BankID says about an order.
#[derive(Debug)]
pub enum Collected {
    /// Going on.
    Pending(PendingHint),
    /// Over without result.
    Failed(FailedHint),
    /// Done. Told once.
    Complete(Box<Completion>),
}

/// A completed order. Debug shows nothing of it.
pub struct Completion {
    /// Who completed it.
    pub user: CompletionUser,
    /// Address of the device with the app.
    pub device_address: Option<String>,
    /// How risky BankID takes it to be, if it knows.
    pub risk: Option<Risk>,
    /// The signature, XML in base64.
    pub signature: String,
    /// OCSP's answer, DER in base64.
    pub ocsp_response: String,
    /// Everything BankID told, as it told it.
    pub whole: Value,
}

/// Who completed an order.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletionUser {
    /// Twelve digits.
    pub personal_number: String,
    /// Given name, unchanged.
    pub given_name: String,
    /// Surname, unchanged.
    pub surname: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CompletionParts {
    user: CompletionUser,
    device: Option<DevicePart>,
    risk: Option<String>,
    signature: String,
    ocsp_response: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DevicePart {
    ip_address: Option<String>,
}

impl CollectAnswer {
    pub(super) fn understand(self) -> Result<Collected, serde_json::Error> {
        let hint = self.hint_code.unwrap_or_default();
        match self.status.as_str() {
            "complete" => {
                let whole = self.completion_data.unwrap_or_default();
                Completion::read(whole).map(Box::new).map(Collected::Complete)
            }
            "failed" => Ok(Collected::Failed(FailedHint::read(&hint))),
            "pending" => Ok(Collected::Pending(PendingHint::read(&hint))),
            _ => Ok(Collected::Pending(PendingHint::Unknown)),
        }
    }
}

impl Completion {
    /// Reads what BankID told of a completed order.
    pub fn read(whole: Value) -> Result<Self, serde_json::Error> {
        let parts = CompletionParts::deserialize(&whole)?;
        Ok(Self {
            user: parts.user,
            device_address: parts.device.and_then(|device| device.ip_address),
            risk: Risk::read(parts.risk.as_deref()),
            signature: parts.signature,
            ocsp_response: parts.ocsp_response,
            whole,
        })
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Completion(redacted)")
    }
}

impl fmt::Debug for CompletionUser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CompletionUser(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn understand(answer: Value) -> Collected {
        CollectAnswer::deserialize(answer).unwrap().understand().unwrap()
    }

    #[test]
    fn unknown_fields_and_words_are_borne_with() {
        let answer = json!({"orderRef": "x", "status": "paused", "hintCode": "new", "novelty": {"a": 1}});
        assert!(matches!(
            understand(answer),
            Collected::Pending(PendingHint::Unknown)
        ));
    }

    #[test]
    fn a_completed_order_is_read_with_what_we_do_not_know() {
        let answer = json!({"status": "complete", "completionData": {
            "user": {"personalNumber": "198507099854", "name": "SKENART PROVSTRÖM", "givenName": "SKENART", "surname": "PROVSTRÖM"},
            "device": {"ipAddress": "192.0.2.1", "uhi": "x"}, "stepUp": {"mrtd": true}, "bankIdIssueDate": "2025-01-01",
            "signature": "PD94", "ocspResponse": "MII=", "risk": "severe", "novelty": 1}});
        let Collected::Complete(completion) = understand(answer) else {
            panic!("not complete")
        };
        assert_eq!(completion.user.given_name, "SKENART");
        assert_eq!(completion.whole["novelty"], 1);
        assert_eq!(completion.risk, Some(Risk::High));
        assert!(!format!("{completion:?} {:?}", completion.user).contains("SKENART"));
    }

    #[test]
    fn a_request_has_exactly_the_fields_that_are_meant() {
        let body = StartBody {
            end_user_ip: "192.0.2.1",
            requirement: Some(Requirement {
                certificate_policies: &[],
                personal_number: Some("198507099854"),
            }),
            user_visible_data: "SGVq".to_owned(),
            user_non_visible_data: None,
            user_visible_data_format: "plaintext",
            return_risk: true,
            return_url: None,
            web: Some(Web {
                user_agent: "Webbläsare",
            }),
        };
        let expected = json!({"endUserIp": "192.0.2.1", "requirement": {"personalNumber": "198507099854"},
            "userVisibleData": "SGVq", "userVisibleDataFormat": "plaintext", "returnRisk": true, "web": {"userAgent": "Webbläsare"}});
        assert_eq!(serde_json::to_value(body).unwrap(), expected);
    }
}
