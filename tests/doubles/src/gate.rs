//! What every double stands behind: the gate of the platform, under the certificate of the service it plays.

use std::sync::Arc;

use futures::future::BoxFuture;
use jsonwebtoken::DecodingKey;
use platform::auth::{KeySource, NoAccounts, PolicyLayer, TokenVerifier};
use platform::clock::ManualClock;
use platform::grpc::{Rejection, Server, TlsConfig, TlsIdentity};
use platform::service::Lifecycle;
use support::ca::Authority;

struct NoKeys;

impl KeySource for NoKeys {
    fn key<'a>(&'a self, _kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// A certificate as the platform's configuration names it.
pub fn tls_of(identity: &support::ca::Identity) -> TlsConfig {
    TlsConfig {
        ca_file: identity.ca_file.clone(),
        certificate_file: identity.certificate_file.clone(),
        key_file: identity.key_file.clone(),
    }
}

/// A server that lets in whom the contract does, under the certificate of `service`.
pub fn gate(authority: &Authority, service: &str, clock: Arc<ManualClock>) -> Server {
    let tls = TlsIdentity::load(&tls_of(&authority.service(service).unwrap())).unwrap();
    let tokens = TokenVerifier::new(Arc::new(NoKeys), clock.clone());
    Server::new(tls, PolicyLayer::new(tokens, Arc::new(NoAccounts), clock))
}

/// Serves on a free port until the test ends; answers the address.
pub async fn serve(name: &'static str, server: Server) -> String {
    let bound = server.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("https://localhost:{}", bound.address().unwrap().port());
    Lifecycle::new().spawn(
        name,
        async move { Ok(bound.serve(std::future::pending()).await?) },
    );
    address
}
