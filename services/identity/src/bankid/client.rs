//! The calls to BankID. Orders are not idempotent there, so no call of `auth` or `sign` is ever sent twice; asking how
//! an order goes and cancelling it are safe to repeat later by whoever called.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::config::BankidConfig;
use super::error::BankidError;
use super::wire::{
    CollectAnswer, Collected, ErrorAnswer, OrderBody, Requirement, StartAnswer, StartBody, Web,
};

const LONGEST_AGENT: usize = 256;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TIMEOUT: Duration = Duration::from_secs(8);

/// Talks to BankID. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BankidClient {
    http: reqwest::Client,
    base_url: String,
    policies: Vec<String>,
}

/// What an order needs; kept, sealed, to start it again when nobody scanned its code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// Address of the person's device, as we see it.
    pub address: IpAddr,
    /// The browser as it names itself.
    pub user_agent: Option<String>,
    /// Where the app returns to.
    pub return_url: Option<String>,
    /// What the app shows.
    pub visible: String,
    /// For a signing.
    pub signing: Option<SignContent>,
}

/// What a signing needs beyond a sign-in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignContent {
    /// Twelve digits of who must sign.
    pub personal_number: String,
    /// Signed along, not shown.
    pub hidden: String,
}

/// An order that BankID took. Nothing of it but the start token leaves the server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// BankID's name for it.
    pub order_ref: String,
    /// Starts the app on the same device.
    pub auto_start_token: String,
    /// Public part of the QR code.
    pub qr_start_token: String,
    /// Key of the QR code.
    pub qr_start_secret: String,
}

impl BankidClient {
    /// Loads certificate, key and trust. Connects with the first call.
    pub fn load(config: &BankidConfig) -> anyhow::Result<Self> {
        let read = |key: &'static str, path| {
            std::fs::read(path).with_context(|| format!("cannot read bankid.{key}"))
        };
        let roots = reqwest::Certificate::from_pem_bundle(&read("ca_file", &config.ca_file)?)?;
        let mut identity = Zeroizing::new(read("certificate_file", &config.certificate_file)?);
        identity.extend(Zeroizing::new(read("key_file", &config.key_file)?).iter());
        let http = reqwest::Client::builder()
            .tls_certs_only(roots)
            .identity(reqwest::Identity::from_pem(&identity)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self {
            http,
            base_url: config.base_url.clone(),
            policies: config.policies.clone(),
        })
    }

    /// Starts an order: a signing if the request has something to sign, else a sign-in.
    pub async fn start(&self, request: &OrderRequest) -> Result<Order, BankidError> {
        let personal_number = request
            .signing
            .as_ref()
            .map(|signing| signing.personal_number.as_str());
        let body = StartBody {
            end_user_ip: &request.address.to_string(),
            requirement: Some(Requirement {
                certificate_policies: &self.policies,
                personal_number,
            }),
            user_visible_data: STANDARD.encode(&request.visible),
            user_non_visible_data: request
                .signing
                .as_ref()
                .map(|signing| STANDARD.encode(&signing.hidden)),
            user_visible_data_format: "plaintext",
            return_risk: true,
            return_url: request.return_url.as_deref(),
            web: request.user_agent.as_deref().map(|agent| Web {
                user_agent: truncated(agent),
            }),
        };
        let path = if request.signing.is_some() { "sign" } else { "auth" };
        let answer: StartAnswer = self.post(path, &body).await?;
        Ok(Order {
            order_ref: answer.order_ref,
            auto_start_token: answer.auto_start_token,
            qr_start_token: answer.qr_start_token,
            qr_start_secret: answer.qr_start_secret,
        })
    }

    /// Asks how an order goes. A result is told once: whoever gets it must keep it before anything else.
    pub async fn collect(&self, order: &Order) -> Result<Collected, BankidError> {
        let answer: CollectAnswer = self
            .post(
                "collect",
                &OrderBody {
                    order_ref: &order.order_ref,
                },
            )
            .await?;
        answer
            .understand()
            .map_err(|error| BankidError::malformed(&error))
    }

    /// Cancels an order.
    pub async fn cancel(&self, order: &Order) -> Result<(), BankidError> {
        let _: serde_json::Value = self
            .post(
                "cancel",
                &OrderBody {
                    order_ref: &order.order_ref,
                },
            )
            .await?;
        Ok(())
    }

    async fn post<A: for<'a> Deserialize<'a>>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<A, BankidError> {
        let body = serde_json::to_vec(body).expect("requests are plain values under text keys");
        let no_answer = |error: reqwest::Error| BankidError::NoAnswer(error.without_url());
        let answer = self
            .http
            .post(format!("{}{path}", self.base_url))
            // Exactly this: a charset behind it is refused.
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body)
            .send()
            .await
            .map_err(no_answer)?;
        let status = answer.status();
        let bytes = Zeroizing::new(answer.bytes().await.map_err(no_answer)?.to_vec());
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|error| BankidError::malformed(&error));
        }
        let code = serde_json::from_slice::<ErrorAnswer>(&bytes)
            .ok()
            .and_then(|answer| answer.error_code);
        Err(BankidError::read(status.as_u16(), code.as_deref()))
    }
}

impl std::fmt::Debug for OrderRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("OrderRequest(redacted)")
    }
}

impl std::fmt::Debug for SignContent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SignContent(redacted)")
    }
}

impl std::fmt::Debug for Order {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Order(redacted)")
    }
}

fn truncated(agent: &str) -> &str {
    let end = (0..=LONGEST_AGENT.min(agent.len()))
        .rev()
        .find(|end| agent.is_char_boundary(*end))
        .unwrap_or(0);
    &agent[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_user_agent_is_cut_between_letters() {
        assert_eq!(truncated("kort"), "kort");
        assert_eq!(truncated(&"a".repeat(300)).len(), 256);
        assert_eq!(truncated(&format!("a{}", "å".repeat(200))).len(), 255);
    }

    #[test]
    fn debug_shows_nothing_of_an_order() {
        let order = Order {
            order_ref: "hemlig".into(),
            auto_start_token: "hemlig".into(),
            qr_start_token: "hemlig".into(),
            qr_start_secret: "hemlig".into(),
        };
        assert!(!format!("{order:?}").contains("hemlig"));
    }
}
