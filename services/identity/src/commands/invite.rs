//! Queues an invitation: the row and the job that sends it, in one transaction.

use jiff::Timestamp;
use platform::jobs::{NewJob, enqueue};
use serde_json::Value;

use super::send_invitation::SEND_INVITATION;
use crate::domain::contact_point::ContactPoint;
use crate::domain::ids::{InvitationId, SubjectId};
use crate::domain::invitation::{Delivery, Invitation, InvitationKind, InvitationState, Link};
use crate::domain::portal::Language;
use crate::domain::secret::SecretToken;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::invitations::{self, NewInvitation};
use crate::store::void_invitations;

/// Whom to invite to what.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Id, chosen by the caller.
    pub invitation_id: InvitationId,
    /// What it leads to.
    pub kind: InvitationKind,
    /// Id of what it leads to.
    pub subject_id: SubjectId,
    /// Where it goes.
    pub to: ContactPoint,
    /// Language of the message.
    pub language: Language,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// Queues an invitation of a service; the same again changes nothing. One that was cancelled before it came is void.
pub async fn invite(parts: &Parts, context: &str, invite: &Invite) -> Result<InvitationState> {
    let invitation = Invitation {
        invitation_id: invite.invitation_id,
        kind: invite.kind,
        subject_id: invite.subject_id,
        language: invite.language,
        delivery: Delivery::Queued,
        link: Link::Open,
        expires_at: invite.expires_at,
    };
    let secret = SecretToken::draw(&*parts.entropy);
    let new = NewInvitation {
        context,
        invitation: &invitation,
        to: &invite.to,
        secret: &secret,
    };
    parts
        .database
        .transaction("identity.invite", async |tx| {
            void_invitations::lock(tx, invite.invitation_id).await?;
            if invitations::insert(tx, &parts.keys, &new).await? {
                if void_invitations::take(tx, context, invite.invitation_id).await? {
                    invitations::save(tx, &invitation.clone().cancelled(tx.now())).await?;
                    return Ok(InvitationState::Cancelled);
                }
                let (key, due_at) = (invite.invitation_id.to_string(), tx.now());
                enqueue(
                    tx,
                    NewJob {
                        kind: SEND_INVITATION,
                        key,
                        due_at,
                        payload: Value::Null,
                    },
                )
                .await?;
                return Ok(InvitationState::Queued);
            }
            let stored = invitations::find(&mut **tx, invite.invitation_id).await?;
            let stored = stored.ok_or(Error::NotFound("invitation"))?;
            if !stored.has_content_of(&parts.keys, &new) {
                return Err(Error::InvitationDiffers);
            }
            Ok(stored.invitation.state(tx.now()))
        })
        .await
}
