//! A recipient over HTTPS with certificates on both sides. Nothing is ever sent twice by the library: whether to try
//! again is decided after consent was asked again.

use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{RequestBuilder, Response, StatusCode};

use super::upload::{UploadError, Uploader};
use super::valve::Valve;
use super::wire;
use crate::config::RecipientConfig;
use crate::domain::part::{Problem, Reply};
use crate::domain::receipt::{ReceiptFault, Sent};
use crate::sealing::files::Reading;

/// How to reach a recipient. Clones share the connections for questions; each file has one of its own.
#[derive(Clone)]
pub struct RecipientClient {
    http: reqwest::Client,
    uploader: Uploader,
    base_url: String,
    timeout: Duration,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the question what became of a part may take.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(30);
/// A receipt of 10,000 rows has about 1.4 MB.
const LARGEST_ANSWER: usize = 8 << 20;

impl RecipientClient {
    /// Loads certificate, key and trust. Connects with the first call.
    pub fn load(config: &RecipientConfig, timeout: Duration) -> anyhow::Result<Self> {
        let read =
            |key: &'static str, path| std::fs::read(path).with_context(|| format!("cannot read {key}"));
        let roots = reqwest::Certificate::from_pem_bundle(&read("ca_file", &config.ca_file)?)?;
        let mut identity = read("certificate_file", &config.certificate_file)?;
        identity.extend(read("key_file", &config.key_file)?);
        let http = reqwest::Client::builder()
            .tls_certs_only(roots)
            .identity(reqwest::Identity::from_pem(&identity)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT)
            .build()?;
        Ok(Self {
            http,
            uploader: Uploader::load(config)?,
            base_url: config.url.clone(),
            timeout,
        })
    }

    /// Sends the file of an attempt. The last byte has left within `window` and while the valve is open, or none
    /// follows.
    pub async fn send(&self, sent: &Sent, file: Reading, (window, valve): (Duration, Valve)) -> Reply {
        let request = match self.request(sent, &file) {
            Ok(request) => request,
            Err(error) => {
                tracing::warn!(%error, "a file cannot be sent");
                return Reply::Absent(Problem::RecipientUnreachable);
            }
        };
        let sending = self.uploader.send(request, file, valve, LARGEST_ANSWER);
        let Ok(answer) = tokio::time::timeout(self.timeout.min(window), sending).await else {
            return Reply::Nothing(Problem::AnswerLost);
        };
        match answer {
            Ok((StatusCode::OK, body)) => receipt(&body, sent),
            Ok((StatusCode::ACCEPTED, _)) => Reply::Stored,
            Ok((StatusCode::CONFLICT, body)) if wire::is_error(&body, "older_attempt") => {
                Reply::Absent(Problem::OlderAttempt)
            }
            Ok((
                StatusCode::BAD_REQUEST
                | StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::NOT_FOUND
                | StatusCode::PAYLOAD_TOO_LARGE
                | StatusCode::TOO_MANY_REQUESTS,
                _,
            )) => Reply::Absent(Problem::RecipientRefused),
            Ok(_) => Reply::Nothing(Problem::AnswerLost),
            Err(error @ UploadError::Unreached(_)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a recipient cannot be reached"
                );
                Reply::Absent(Problem::RecipientUnreachable)
            }
            Err(error @ UploadError::Unanswered(_)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a recipient gave no answer"
                );
                Reply::Nothing(Problem::AnswerLost)
            }
        }
    }

    fn request(&self, sent: &Sent, file: &Reading) -> Result<hyper::Request<()>, hyper::http::Error> {
        let digest = format!("sha-256=:{}:", STANDARD.encode(sent.sealed_hash));
        let url: hyper::Uri = self.url(sent).parse()?;
        let path = url.path_and_query().map_or("/", |path| path.as_str());
        hyper::Request::put(path)
            .header(CONTENT_TYPE, "application/age")
            .header(CONTENT_LENGTH, file.size)
            .header("content-digest", digest)
            .header("deltaga-attempt", sent.attempt)
            .body(())
    }

    /// Asks what became of it.
    pub async fn ask(&self, sent: &Sent) -> Reply {
        let request = self.http.get(self.url(sent)).timeout(QUESTION_TIMEOUT);
        match answered(request).await {
            Ok((StatusCode::OK, body)) => receipt(&body, sent),
            Ok((StatusCode::ACCEPTED, _)) => Reply::Stored,
            Ok((StatusCode::NOT_FOUND, body)) if wire::is_error(&body, "unknown_part") => {
                Reply::Absent(Problem::NotArrived)
            }
            Ok(_) | Err(_) => Reply::Nothing(Problem::RecipientUnreachable),
        }
    }

    fn url(&self, sent: &Sent) -> String {
        format!("{}/parts/{}", self.base_url, sent.part)
    }
}

/// Status and body of the answer; a body that is too long is taken for none.
async fn answered(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), reqwest::Error> {
    let mut response: Response = request.send().await?;
    let (status, mut body) = (response.status(), Vec::new());
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Ok((status, Vec::new()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

fn receipt(body: &[u8], sent: &Sent) -> Reply {
    let judged = wire::receipt(body).and_then(|receipt| receipt.judge(sent));
    if let Err(fault) = &judged {
        note(*fault);
    }
    Reply::Receipt(judged)
}

fn note(fault: ReceiptFault) {
    tracing::warn!(reason = fault.code(), "a receipt was not taken");
}
