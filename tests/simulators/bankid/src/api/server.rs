//! The mutual TLS listener. The client certificate is the RP's identity; without one there is no connection.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use aws_lc_rs::digest;
use axum::body::Body;
use der::Decode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::CertificateDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use x509_cert::Certificate;

use super::handler::handle;
use crate::bank::Bank;
use crate::order::RelyingParty;
use crate::pki::Pki;

const COMMON_NAME: &str = "2.5.4.3";
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// TLS 1.2 and 1.3 with our own server certificate, for clients of our RP CA only.
pub fn tls_config(pki: &Pki) -> Result<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(pki.rp_ca.certificate.clone())?;
    let clients =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![pki.server.certificate.clone()], pki.server.private_key())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Accepts until the task is aborted; connections end with it.
pub async fn serve(listener: TcpListener, tls: ServerConfig, bank: Arc<Bank>) {
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let mut connections = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(connection(acceptor.clone(), stream, Arc::clone(&bank)));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(acceptor: TlsAcceptor, stream: TcpStream, bank: Arc<Bank>) {
    let handshake = tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await;
    let stream = match handshake {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::info!(%error, "TLS handshake refused"),
        Err(_) => return tracing::info!("TLS handshake took too long"),
    };
    match relying_party(&stream) {
        Ok(rp) => serve_requests(stream, Arc::new(rp), bank).await,
        Err(error) => tracing::warn!(%error, "client certificate is unreadable"),
    }
}

async fn serve_requests(stream: TlsStream<TcpStream>, rp: Arc<RelyingParty>, bank: Arc<Bank>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (bank, rp) = (Arc::clone(&bank), Arc::clone(&rp));
        async move { handle(&bank, &rp, request.map(Body::new)).await }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "connection ended");
    }
}

fn relying_party(stream: &TlsStream<TcpStream>) -> Result<RelyingParty> {
    let certificates = stream.get_ref().1.peer_certificates();
    let certificate = certificates
        .and_then(<[_]>::first)
        .context("no client certificate")?;
    read_relying_party(certificate)
}

fn read_relying_party(certificate: &CertificateDer<'_>) -> Result<RelyingParty> {
    let subject = Certificate::from_der(certificate)?.tbs_certificate.subject;
    let mut names = subject.0.iter().flat_map(|part| part.0.iter());
    let common_name = names.rfind(|name| name.oid.to_string() == COMMON_NAME);
    let common_name = common_name.and_then(|name| std::str::from_utf8(name.value.value()).ok());
    Ok(RelyingParty {
        fingerprint: hex::encode(digest::digest(&digest::SHA256, certificate)),
        subject: subject.to_string(),
        display_name: common_name.unwrap_or_default().to_owned(),
    })
}
