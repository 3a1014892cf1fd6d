//! Makes a link void and stops sending it.

use platform::jobs;

use super::send_invitation::SEND_INVITATION;
use crate::domain::ids::InvitationId;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::{invitations, void_invitations};

/// Cancels an invitation of a service; one that was used stays used. One that has not come yet is void when it comes.
pub async fn cancel_invitation(parts: &Parts, context: &str, invitation_id: InvitationId) -> Result<()> {
    parts
        .database
        .transaction("identity.cancel_invitation", async |tx| {
            void_invitations::lock(tx, invitation_id).await?;
            let Some(stored) = invitations::lock(tx, invitation_id).await? else {
                return void_invitations::insert(tx, context, invitation_id).await;
            };
            if stored.context != context {
                return Err(Error::NotFound("invitation"));
            }
            invitations::save(tx, &stored.invitation.cancelled(tx.now())).await?;
            jobs::cancel(tx, SEND_INVITATION, &invitation_id.to_string()).await?;
            Ok(())
        })
        .await
}
