//! From certificate and token to a principal. Pure; the token has been verified, the certificate by the handshake.

use super::GATEWAY;
use crate::auth::token::{Claims, ClientKind, Portal, Subject};
use crate::auth::{ClientPrincipal, Principal, SignedIn, Thumbprint};
use crate::grpc::{Peer, Rejection};

/// Who calls. `forwarded` is the thumbprint that the gateway saw; from anybody else it is not believed.
pub(super) fn identify(
    peer: &Peer,
    claims: Option<&Claims>,
    forwarded: Option<&str>,
) -> Result<Principal, Rejection> {
    let is_gateway = peer.service.as_deref() == Some(GATEWAY);
    let forwarded = forwarded.filter(|_| is_gateway).map(thumbprint).transpose()?;
    match claims {
        Some(claims) => with_token(peer, is_gateway, forwarded, claims),
        None => Ok(without_token(peer, forwarded)),
    }
}

fn without_token(peer: &Peer, forwarded: Option<Thumbprint>) -> Principal {
    match (&peer.service, forwarded) {
        (_, Some(thumbprint)) => Principal::Certificate(thumbprint),
        (Some(service), None) => Principal::Service(service.clone()),
        (None, None) => Principal::Certificate(peer.thumbprint),
    }
}

fn with_token(
    peer: &Peer,
    is_gateway: bool,
    forwarded: Option<Thumbprint>,
    claims: &Claims,
) -> Result<Principal, Rejection> {
    match &claims.subject {
        Subject::Person { portal, who } => {
            // A person comes without a certificate: one that was forwarded belongs to a supplier's system.
            if is_gateway && forwarded.is_none() {
                Ok(person(*portal, who.clone()))
            } else {
                Err(not_yours())
            }
        }
        Subject::Client {
            kind,
            client_id,
            organisation_id,
            certificate,
        } => {
            let shown = match (&peer.service, forwarded) {
                (None, _) => Some(peer.thumbprint),
                (Some(_), forwarded) => forwarded,
            };
            if shown != Some(*certificate) {
                return Err(not_yours());
            }
            let client = ClientPrincipal {
                client_id: *client_id,
                organisation_id: *organisation_id,
                certificate: *certificate,
            };
            Ok(match kind {
                ClientKind::Agency => Principal::AgencyClient(client),
                ClientKind::Supplier => Principal::SupplierClient(client),
            })
        }
    }
}

fn person(portal: Portal, who: SignedIn) -> Principal {
    match portal {
        Portal::Participant => Principal::Participant(who),
        Portal::Staff => Principal::Staff { who, account: None },
    }
}

// A genuine token in the wrong hands is answered like a wrong one.
fn not_yours() -> Rejection {
    Rejection::unauthenticated()
}

fn thumbprint(text: &str) -> Result<Thumbprint, Rejection> {
    text.parse().map_err(|_| Rejection::unauthenticated())
}
