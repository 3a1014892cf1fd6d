//! The job that sends an invitation: it tries again with growing pauses and gives up after a day or at a refusal. A
//! message may leave twice if we die between its leaving and our noting it; the link in both is the same.

use std::time::Duration;

use async_trait::async_trait;
use platform::jobs::{JobError, JobHandler, JobSettings, LeasedJob, Settled};

use crate::domain::ids::InvitationId;
use crate::domain::invitation::{Delivery, Invitation};
use crate::error::Result;
use crate::messages::{self, SendError};
use crate::parts::Parts;
use crate::store::invitations::{self, StoredInvitation};

/// The kind of job.
pub const SEND_INVITATION: &str = "identity.send_invitation";

const MOST_ATTEMPTS: i32 = 30;

const SETTINGS: JobSettings = JobSettings {
    lease: Duration::from_mins(1),
    concurrency: 4,
    // The last attempt is ours to note; the runner never gives up before us.
    max_attempts: MOST_ATTEMPTS + 1,
    first_pause: Duration::from_secs(2),
    longest_pause: Duration::from_hours(1),
};

/// Sends invitations.
#[derive(Clone, Debug)]
pub struct SendInvitation(pub Parts);

#[async_trait]
impl JobHandler for SendInvitation {
    fn kind(&self) -> &'static str {
        SEND_INVITATION
    }

    fn settings(&self) -> JobSettings {
        SETTINGS
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let id = InvitationId::parse(&job.key).map_err(|error| JobError::lasting("key").caused_by(error))?;
        let Some(stored) = invitations::find(self.0.database.pool(), id).await? else {
            return self.done(job).await;
        };
        if !stored.invitation.is_to_be_sent(self.0.now()) {
            return self.done(job).await;
        }
        match self.send(&stored).await? {
            Ok(()) => self.note(job, id, Delivery::Sent(self.0.now())).await,
            Err(error @ SendError::Passing(reason)) if job.attempt < MOST_ATTEMPTS => {
                Err(JobError::passing(reason, error))
            }
            Err(error) => {
                tracing::warn!(invitation_id = %id, %error, "an invitation was given up");
                self.note(job, id, Delivery::Failed(self.0.now())).await
            }
        }
    }
}

impl SendInvitation {
    async fn send(&self, stored: &StoredInvitation) -> Result<Result<(), SendError>> {
        let Invitation { kind, language, .. } = stored.invitation;
        let to = stored.to(&self.0.keys)?;
        let secret = stored.secret(&self.0.keys)?;
        let message = messages::invitation(kind, language, &self.0.public_url, &secret);
        Ok(self.0.messages.send(&to, &message).await)
    }

    async fn note(&self, job: &LeasedJob, id: InvitationId, delivery: Delivery) -> Result<Settled, JobError> {
        self.0
            .database
            .transaction("identity.note_invitation", async |tx| {
                if let Some(stored) = invitations::lock(tx, id).await? {
                    invitations::save(
                        tx,
                        &Invitation {
                            delivery,
                            ..stored.invitation
                        },
                    )
                    .await?;
                }
                job.done(tx).await
            })
            .await
    }

    async fn done(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.0
            .database
            .transaction("identity.drop_invitation", async |tx| job.done(tx).await)
            .await
    }
}
