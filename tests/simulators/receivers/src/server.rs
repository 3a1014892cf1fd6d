//! HTTPS for one recipient: nobody gets in without a certificate of the development CA, and only export is served.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use http::StatusCode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use x509_parser::prelude::GeneralName;

use crate::files::Files;
use crate::receiver::{Receiver, refusal};

const SENDER: &str = "spiffe://deltaga/service/export";
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// TLS under the files' certificate for clients of this CA.
pub fn tls_config(files: &Files, client_ca: &Path) -> Result<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(client_ca).context("the CA of clients cannot be read")?)?;
    let clients =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
    let (certificate, key) = files.read_certificate()?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Accepts until the task is aborted; connections end with it.
pub async fn serve(listener: TcpListener, tls: ServerConfig, receiver: Arc<Receiver>) {
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let mut connections = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) if receiver.refuses_connection() => drop(stream),
            Ok((stream, _)) => {
                connections.spawn(connection(acceptor.clone(), stream, Arc::clone(&receiver)));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(acceptor: TlsAcceptor, stream: TcpStream, receiver: Arc<Receiver>) {
    let mut closing = receiver.closing();
    let handshake = tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await;
    let stream = match handshake {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::info!(%error, "TLS handshake refused"),
        Err(_late) => return tracing::info!("TLS handshake took too long"),
    };
    let is_sender = is_sender(&stream);
    let service = service_fn(move |request| {
        let receiver = Arc::clone(&receiver);
        async move {
            if is_sender {
                receiver.handle(request).await
            } else {
                Ok(refusal(StatusCode::FORBIDDEN, "not_the_sender"))
            }
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = served => if let Err(error) = ended {
            tracing::debug!(%error, "connection ended");
        },
        _down = closing.changed() => {}
    }
}

fn is_sender(stream: &TlsStream<TcpStream>) -> bool {
    let certificates = stream.get_ref().1.peer_certificates();
    let Some(certificate) = certificates.and_then(<[_]>::first) else {
        return false;
    };
    let Ok((_, parsed)) = x509_parser::parse_x509_certificate(certificate) else {
        return false;
    };
    let Ok(Some(names)) = parsed.subject_alternative_name() else {
        return false;
    };
    names
        .value
        .general_names
        .iter()
        .any(|name| matches!(name, GeneralName::URI(uri) if *uri == SENDER))
}
