//! How far an invitation has come, and where a link leads.

use crate::domain::ids::InvitationId;
use crate::domain::invitation::Invitation;
use crate::domain::secret::SecretToken;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::invitations;

/// The invitation of a service.
pub async fn get_invitation(parts: &Parts, context: &str, invitation_id: InvitationId) -> Result<Invitation> {
    let stored = invitations::find(parts.database.pool(), invitation_id).await?;
    let stored = stored
        .filter(|stored| stored.context == context)
        .ok_or(Error::NotFound("invitation"))?;
    Ok(stored.invitation)
}

/// The invitation of a link that still leads somewhere.
pub async fn open_invitation(parts: &Parts, secret: &SecretToken) -> Result<Invitation> {
    let stored = invitations::of_link(parts.database.pool(), secret.hash()).await?;
    let invitation = stored.ok_or(Error::NotFound("invitation"))?.invitation;
    invitation.open(parts.now())?;
    Ok(invitation)
}
