//! Gives an access token for a reference token and notes the use.

use jiff::{SignedDuration, Timestamp};
use platform::auth::SignedIn;
use platform::auth::token::{Claims, Portal as TokenPortal, Subject};
use proto::policy::v1::Assurance;

use super::start_flow::after;
use crate::domain::ids::PersonId;
use crate::domain::portal::Portal;
use crate::domain::secret::SecretToken;
use crate::domain::session::{Session, SessionEnded};
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::{persons, sessions};

/// An access token lives so long.
pub const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// A session and a token of it.
pub struct Exchanged {
    /// The session after this use.
    pub session: Session,
    /// The token.
    pub access_token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Exchanges a reference token.
pub async fn exchange_session(parts: &Parts, token: &SecretToken) -> Result<Exchanged> {
    let (session, aliases) = parts
        .database
        .transaction("identity.exchange_session", async |tx| {
            let session = sessions::lock_by_token(tx, token.hash())
                .await?
                .ok_or(SessionEnded)?;
            let session = session.used(tx.now())?;
            sessions::touch(tx, &session).await?;
            let aliases = persons::aliases(&mut **tx, session.person_id).await?;
            Ok::<_, Error>((session, aliases))
        })
        .await?;
    let expires_at = after(parts.now(), TOKEN_LIFE).min(session.expires_at);
    let access_token = parts.signing_keys.sign(&claims(&session, &aliases, expires_at));
    Ok(Exchanged {
        session,
        access_token,
        expires_at,
    })
}

fn claims(session: &Session, aliases: &[PersonId], expires_at: Timestamp) -> Claims {
    let portal = match session.portal {
        Portal::Participant => TokenPortal::Participant,
        Portal::Staff => TokenPortal::Staff,
    };
    let who = SignedIn {
        person_id: session.person_id.as_uuid(),
        aliases: aliases.iter().map(|id| id.as_uuid()).collect(),
        session_id: session.session_id.as_uuid(),
        assurance: Assurance::Bankid,
    };
    Claims {
        subject: Subject::Person { portal, who },
        expires_at,
    }
}
