//! One file over one connection of its own, which ends with the call: no task and no pool outlives it, so that nothing
//! of the file leaves once the caller has turned away or the valve has closed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bytes::Bytes;
use futures::TryStreamExt as _;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::valve::{Valve, Valved};
use crate::config::RecipientConfig;
use crate::sealing::files::Reading;

/// Where files go and what is shown there. Clones share it.
#[derive(Clone)]
pub struct Uploader {
    tls: TlsConnector,
    name: ServerName<'static>,
    /// Host and port.
    address: (String, u16),
    host: HeaderValue,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No byte of the file has left.
    #[error("the recipient cannot be reached")]
    Unreached(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Some may have.
    #[error("the recipient gave no answer")]
    Unanswered(#[source] Box<dyn std::error::Error + Send + Sync>),
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const HTTP_1_1: &[u8] = b"http/1.1";

impl Uploader {
    /// Loads certificate, key and trust.
    pub fn load(config: &RecipientConfig) -> anyhow::Result<Self> {
        let url: hyper::Uri = config.url.parse().context("url")?;
        let authority = url
            .authority()
            .ok_or_else(|| anyhow!("url names no host"))?
            .clone();
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(tls(config)?)),
            name: ServerName::try_from(host.clone()).context("url names no host")?,
            address: (host, authority.port_u16().unwrap_or(443)),
            host: HeaderValue::from_str(authority.as_str()).context("url")?,
        })
    }

    /// Sends the request with the file as its body; answers status and at most `limit` bytes of the body, or none if
    /// there are more.
    pub async fn send(
        &self,
        request: Request<()>,
        file: Reading,
        valve: Valve,
        limit: usize,
    ) -> Result<(StatusCode, Vec<u8>), UploadError> {
        let stream = match tokio::time::timeout(CONNECT_TIMEOUT, self.connect(valve)).await {
            Ok(connected) => connected.map_err(|error| UploadError::Unreached(error.into()))?,
            Err(late) => return Err(UploadError::Unreached(late.into())),
        };
        let body = StreamBody::new(file.content.map_ok(Frame::<Bytes>::data));
        let mut request = request.map(|()| body);
        request.headers_mut().insert(HOST, self.host.clone());
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(unanswered)?;
        let mut exchange = Box::pin(async move { read(sender.send_request(request).await?, limit).await });
        // The connection is driven here and nowhere else.
        tokio::select! {
            answer = &mut exchange => return answer.map_err(unanswered),
            ended = connection => ended.map_err(unanswered)?,
        }
        exchange.await.map_err(unanswered)
    }

    async fn connect(
        &self,
        valve: Valve,
    ) -> std::io::Result<tokio_rustls::client::TlsStream<Valved<TcpStream>>> {
        let (host, port) = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port)).await?;
        stream.set_nodelay(true)?;
        // What the system still holds when the connection is dropped goes with it, instead of being delivered later.
        stream.set_zero_linger()?;
        self.tls
            .connect(self.name.clone(), Valved::new(stream, valve))
            .await
    }
}

fn tls(config: &RecipientConfig) -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("ca_file", &config.ca_file)? {
        roots.add(certificate).context("ca_file")?;
    }
    let chain = certificates("certificate_file", &config.certificate_file)?;
    let key = PrivateKeyDer::from_pem_file(&config.key_file).context("cannot read key_file")?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .context("certificate_file and key_file do not fit")?;
    tls.alpn_protocols = vec![HTTP_1_1.to_vec()];
    Ok(tls)
}

fn certificates(key: &'static str, path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let unreadable = || format!("cannot read {key}");
    CertificateDer::pem_file_iter(path)
        .with_context(unreadable)?
        .collect::<Result<_, _>>()
        .with_context(unreadable)
}

async fn read(
    response: hyper::Response<Incoming>,
    limit: usize,
) -> Result<(StatusCode, Vec<u8>), hyper::Error> {
    let (status, mut body, mut read) = (response.status(), response.into_body(), Vec::new());
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame?.into_data() {
            if read.len() + bytes.len() > limit {
                return Ok((status, Vec::new()));
            }
            read.extend_from_slice(&bytes);
        }
    }
    Ok((status, read))
}

fn unanswered(error: hyper::Error) -> UploadError {
    UploadError::Unanswered(error.into())
}
