//! Hands messages over to the SMTP relay or the SMS service. One attempt per call; the job behind it tries again.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use serde::Serialize;

use super::config::MessagesConfig;
use super::text::Message;
use crate::domain::contact_point::ContactPoint;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MessageSender {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    http: reqwest::Client,
    sms_url: String,
    from: Mailbox,
}

/// Why a message was not taken. Holds no address and no text.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Worth another attempt.
    #[error("the message service did not take the message: {0}")]
    Passing(&'static str),
    /// The address will not take it.
    #[error("the address does not take messages: {0}")]
    Lasting(&'static str),
}

#[derive(Serialize)]
struct Sms<'a> {
    to: &'a str,
    text: &'a str,
}

impl MessageSender {
    /// A sender; connects when there is something to send.
    pub fn load(config: &MessagesConfig) -> anyhow::Result<Self> {
        let tls = if config.smtp_tls {
            Tls::Required(TlsParameters::new(config.smtp_host.clone())?)
        } else {
            Tls::None
        };
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.smtp_host)
            .port(config.smtp_port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .build();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self {
            smtp,
            http,
            sms_url: config.sms_url.clone(),
            from: config.sender.parse()?,
        })
    }

    /// Hands one message over.
    pub async fn send(&self, to: &ContactPoint, message: &Message) -> Result<(), SendError> {
        match to {
            ContactPoint::Email(address) => self.send_email(address.as_str(), message).await,
            ContactPoint::Mobile(number) => self.send_sms(number.as_str(), message).await,
        }
    }

    async fn send_email(&self, address: &str, message: &Message) -> Result<(), SendError> {
        let to = address.parse().map_err(|_| SendError::Lasting("address"))?;
        let email = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&message.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|_| SendError::Lasting("address"))?;
        match self.smtp.send(email).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(SendError::Lasting("refused")),
            Err(_) => Err(SendError::Passing("smtp")),
        }
    }

    async fn send_sms(&self, number: &str, message: &Message) -> Result<(), SendError> {
        let body = Sms {
            to: number,
            text: &message.text,
        };
        let answer = self.http.post(&self.sms_url).json(&body).send().await;
        let status = answer
            .map_err(|_| SendError::Passing("sms_unreachable"))?
            .status();
        if status.is_success() {
            return Ok(());
        }
        let is_our_request = status.is_client_error() && status.as_u16() != 429 && status.as_u16() != 408;
        Err(if is_our_request {
            SendError::Lasting("refused")
        } else {
            SendError::Passing("sms_status")
        })
    }
}
