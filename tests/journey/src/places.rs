//! Where everything of a running stack is.

use anyhow::{Context as _, Result};
use support::ca::{Authority, Identity};
use tonic::transport::{Channel, Endpoint};

/// Addresses of a running stack and the authority that issues certificates for it.
#[derive(Clone, Debug)]
pub struct Places {
    /// `https://localhost:<port>` of identity.
    pub identity: String,
    /// `https://localhost:<port>` of staff.
    pub staff: String,
    /// `https://localhost:<port>` of participants.
    pub participants: String,
    /// `https://localhost:<port>` of attendance.
    pub attendance: String,
    /// `https://localhost:<port>` of consent.
    pub consent: String,
    /// `https://localhost:<port>` of export.
    pub export: String,
    /// `http://localhost:<port>` of the gateway, for browsers.
    pub browsers: String,
    /// `https://localhost:<port>` of the gateway, for the systems of suppliers.
    pub suppliers: String,
    /// `http://127.0.0.1:<port>` of the receivers' control port.
    pub receivers: String,
    /// `http://127.0.0.1:<port>` of the BankID simulator's control port.
    pub phone: String,
    /// `http://127.0.0.1:<port>` of the message sinks' page.
    pub messages: String,
    /// Folder of the development authority.
    pub authority: std::path::PathBuf,
    /// Whether what Deltaga offers beyond the programmes' own forms is switched on there.
    pub has_additions: bool,
}

impl Places {
    /// The certificate of a service, for the test to act as that service.
    pub fn service(&self, name: &str) -> Result<Identity> {
        Authority::open(&self.authority)?.service(name)
    }

    /// The certificate of a machine client.
    pub fn client(&self, common_name: &str) -> Result<Identity> {
        Authority::open(&self.authority)?.client(common_name)
    }

    /// A connection to identity under a certificate.
    pub fn to_identity(&self, certificate: &Identity) -> Result<Channel> {
        connect(&self.identity, certificate)
    }

    /// A connection to staff under a certificate.
    pub fn to_staff(&self, certificate: &Identity) -> Result<Channel> {
        connect(&self.staff, certificate)
    }
}

/// Connects when first used, so that a service that starts later is no error.
pub fn connect(address: &str, certificate: &Identity) -> Result<Channel> {
    let endpoint = Endpoint::from_shared(address.to_owned())?.tls_config(certificate.tonic_client_config()?);
    Ok(endpoint.context("the certificate cannot be used")?.connect_lazy())
}
