//! Gives the holder of a registered certificate an access token bound to it.

use jiff::Timestamp;
use platform::auth::Thumbprint;
use platform::auth::token::{Claims, ClientKind as TokenKind, Subject};

use super::exchange_session::TOKEN_LIFE;
use super::start_flow::after;
use crate::domain::client::ClientKind;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::clients;

/// A token.
pub struct IssuedToken {
    /// The token.
    pub access_token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Issues a token.
pub async fn issue_token(parts: &Parts, certificate: Thumbprint) -> Result<IssuedToken> {
    let client = clients::of_certificate(parts.database.pool(), certificate)
        .await?
        .ok_or(Error::ClientUnknown)?;
    let kind = match client.kind {
        ClientKind::Agency => TokenKind::Agency,
        ClientKind::Supplier => TokenKind::Supplier,
    };
    let subject = Subject::Client {
        kind,
        client_id: client.client_id.as_uuid(),
        organisation_id: client.organisation_id.as_uuid(),
        certificate,
    };
    let expires_at = after(parts.now(), TOKEN_LIFE);
    let access_token = parts.signing_keys.sign(&Claims { subject, expires_at });
    Ok(IssuedToken {
        access_token,
        expires_at,
    })
}
