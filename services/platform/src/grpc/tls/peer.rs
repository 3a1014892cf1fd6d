//! Who is on the other end of a connection, read once from its certificate.

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::auth::Thumbprint;

const SERVICE_URI: &str = "spiffe://deltaga/service/";

/// The holder of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Name of the service, if the certificate is one's; None for machine clients.
    pub service: Option<String>,
    /// The certificate's thumbprint.
    pub thumbprint: Thumbprint,
}

impl Peer {
    /// Reads a certificate. None if it is no X.509, or claims to be two services.
    pub fn of(certificate: &[u8]) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
        let mut services = service_uris(&parsed)?;
        let service = services.pop();
        services.is_empty().then(|| Self {
            service,
            thumbprint: Thumbprint::of(certificate),
        })
    }
}

fn service_uris(certificate: &X509Certificate<'_>) -> Option<Vec<String>> {
    let Some(names) = certificate.subject_alternative_name().ok()? else {
        return Some(Vec::new());
    };
    let uris = names.value.general_names.iter().filter_map(|name| match name {
        GeneralName::URI(uri) => uri.strip_prefix(SERVICE_URI),
        GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::DNSName(_)
        | GeneralName::X400Address(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::IPAddress(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    });
    Some(uris.map(str::to_owned).collect())
}
