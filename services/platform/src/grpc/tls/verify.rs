//! Trust in a server: the usual chain, validity and name, and then that it is the service we meant. A stolen certificate
//! of one service cannot stand in for another.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::Peer;

#[derive(Debug)]
pub(super) struct ExpectedService {
    webpki: Arc<WebPkiServerVerifier>,
    service: String,
}

impl ExpectedService {
    pub(super) fn new(webpki: Arc<WebPkiServerVerifier>, service: &str) -> Self {
        Self {
            webpki,
            service: service.to_owned(),
        }
    }
}

impl ServerCertVerifier for ExpectedService {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.webpki
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        let shown = Peer::of(end_entity).and_then(|peer| peer.service);
        if shown.as_deref() == Some(&self.service) {
            return Ok(verified);
        }
        tracing::warn!(
            expected = self.service,
            shown,
            "the server is another service than the one called"
        );
        Err(Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        ))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}
