//! Ends sessions: by their reference token, or one's own by id.

use platform::auth::SignedIn;

use crate::domain::ids::SessionId;
use crate::domain::person::ids_of;
use crate::domain::secret::SecretToken;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::sessions;

/// Ends the session of a reference token, if there is one.
pub async fn sign_out(parts: &Parts, token: &SecretToken) -> Result<()> {
    parts
        .database
        .transaction("identity.sign_out", async |tx| {
            if let Some(session) = sessions::lock_by_token(tx, token.hash()).await? {
                sessions::end(tx, session.session_id).await?;
            }
            Ok(())
        })
        .await
}

/// Ends one of the caller's sessions.
pub async fn end_session(parts: &Parts, who: &SignedIn, session_id: SessionId) -> Result<()> {
    let persons = ids_of(who);
    parts
        .database
        .transaction("identity.end_session", async |tx| {
            let session = sessions::lock_of_person(tx, session_id, &persons).await?;
            let session = session.ok_or(Error::NotFound("session"))?;
            sessions::end(tx, session.session_id).await
        })
        .await
}
