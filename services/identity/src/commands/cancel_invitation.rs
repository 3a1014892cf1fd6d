//! Makes a link void and stops sending it.

use platform::jobs;

use super::send_invitation::SEND_INVITATION;
use crate::domain::ids::InvitationId;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::invitations;

/// Cancels an invitation of a service; one that was used stays used.
pub async fn cancel_invitation(parts: &Parts, context: &str, invitation_id: InvitationId) -> Result<()> {
    parts
        .database
        .transaction("identity.cancel_invitation", async |tx| {
            let stored = invitations::lock(tx, invitation_id)
                .await?
                .filter(|stored| stored.context == context);
            let stored = stored.ok_or(Error::NotFound("invitation"))?;
            invitations::save(tx, &stored.invitation.cancelled(tx.now())).await?;
            jobs::cancel(tx, SEND_INVITATION, &invitation_id.to_string()).await?;
            Ok(())
        })
        .await
}
