//! A well-formed request for every call, about given objects.

mod anything;
mod identity;
mod staff;

use journey::new_id;
use proto::types::v1::PageRequest;

use super::callers::Server;

pub use identity::{invite as invite_as_service, prepare, start_signing};
pub use staff::{chunk, grant, invite, nominate};

/// What requests are about: things of one organisation and of one caller. What is not set exists nowhere.
#[derive(Clone, Debug)]
pub struct Objects {
    pub organisation: String,
    /// Empty for the agency, which has none.
    pub unit: String,
    pub account: String,
    /// An account that may be ended.
    pub victim: String,
    /// An account whose invitation is open.
    pub invited: String,
    pub invitation: String,
    pub link_secret: String,
    /// An organisation that administrators are nominated for; the agency's own is none.
    pub nominates_for: String,
    pub nomination: String,
    /// A nomination that may be taken back.
    pub revocable: String,
    pub client: String,
    pub certificate_pem: String,
    /// A file to import.
    pub upload: String,
    /// A file to go on with.
    pub chunk_of: String,
    pub person: String,
    pub session: String,
    pub reference_token: String,
    pub flow: String,
    pub flow_token: String,
    pub signature: String,
    /// Ids under which a signature is prepared and an invitation sent; new ones if empty.
    pub signature_to_prepare: String,
    pub invitation_to_send: String,
    /// The context that signatures belong to.
    pub context: String,
}

impl Default for Objects {
    fn default() -> Self {
        Self {
            organisation: new_id(),
            unit: String::new(),
            account: new_id(),
            victim: new_id(),
            invited: new_id(),
            invitation: new_id(),
            link_secret: String::new(),
            nominates_for: new_id(),
            nomination: new_id(),
            revocable: new_id(),
            client: new_id(),
            certificate_pem: String::new(),
            upload: new_id(),
            chunk_of: new_id(),
            person: new_id(),
            session: new_id(),
            reference_token: String::new(),
            flow: new_id(),
            flow_token: String::new(),
            signature: new_id(),
            signature_to_prepare: String::new(),
            invitation_to_send: String::new(),
            context: String::new(),
        }
    }
}

/// The request as it goes over the wire, if there is a sample for the method.
pub fn sample(server: Server, method: &str, about: &Objects) -> Option<Vec<u8>> {
    let method = method.strip_prefix("deltaga.")?;
    identity::sample(method, about)
        .or_else(|| staff::sample(server, method, about))
        .or_else(|| anything::sample(method))
}

fn given_or_new(id: &str) -> String {
    if id.is_empty() { new_id() } else { id.to_owned() }
}

fn page() -> PageRequest {
    PageRequest {
        size: 50,
        token: String::new(),
    }
}
