//! The job that tells identity what shall become of an invitation: send it, mark it used, make it void. It reads what is
//! wanted now, calls, and notes what it told; if something else was wanted meanwhile, that change put a new job in its
//! place and this one's result is dropped.

use async_trait::async_trait;
use platform::db::{Database, DbError, Tx};
use platform::grpc::{Code, Rejection};
use platform::jobs::{self, JobError, JobHandler, JobSettings, LeasedJob, NewJob, Settled};
use serde_json::json;

use crate::domain::contact::BankIdName;
use crate::domain::ids::InvitationId;
use crate::domain::invitation::{InvitationOrder, Wanted};
use crate::identity::Identity;
use crate::store;

const KIND: &str = "staff.tell_identity";

/// Runs the job.
pub struct TellIdentity {
    pub database: Database,
    pub identity: Identity,
}

/// Enqueues the job in the transaction that changes what is wanted.
pub async fn enqueue(tx: &mut Tx, invitation: InvitationId) -> Result<(), DbError> {
    let due_at = tx.now();
    jobs::replace(
        tx,
        NewJob {
            kind: KIND,
            key: invitation.to_string(),
            due_at,
            payload: json!({}),
        },
    )
    .await
}

#[async_trait]
impl JobHandler for TellIdentity {
    fn kind(&self) -> &'static str {
        KIND
    }

    // Longer than any link holds: an outage of days still ends in an invitation.
    fn settings(&self) -> JobSettings {
        JobSettings {
            max_attempts: 20_000,
            ..JobSettings::default()
        }
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let id = InvitationId::parse(&job.key).map_err(|error| JobError::lasting("key").caused_by(error))?;
        let order = self.read(id).await?;
        let name = match &order {
            Some(order) => self.tell(order).await?,
            None => None,
        };
        self.database
            .transaction(KIND, async |tx| {
                if let Some(order) = &order {
                    // Account before invitation, as the commands lock them.
                    if let Some(name) = &name {
                        store::invitations::set_bankid_name(tx, order, name).await?;
                    }
                    store::invitations::set_told(tx, id, order.wanted).await?;
                }
                job.done(tx).await
            })
            .await
    }
}

impl TellIdentity {
    async fn read(&self, id: InvitationId) -> Result<Option<InvitationOrder>, JobError> {
        self.database
            .transaction("staff.read_invitation", async |tx| {
                Ok(store::invitations::lock(tx, id).await?)
            })
            .await
    }

    async fn tell(&self, order: &InvitationOrder) -> Result<Option<BankIdName>, JobError> {
        let told = match (order.wanted, &order.contact) {
            (Wanted::Sent, Some(_)) if self.database.now() >= order.expires_at => Ok(None),
            (Wanted::Sent, Some(contact)) => self.identity.invite(order, contact).await.map(|()| None),
            // Identity has had the address before.
            (Wanted::Sent, None) => Ok(None),
            (Wanted::Cancelled, _) => self.identity.cancel_invitation(order.id).await.map(|()| None),
            (Wanted::Used { by }, _) => self.identity.use_invitation(order.id, by).await,
        };
        told.or_else(failure)
    }
}

// What identity never heard of need not be made void. What it refuses for good is not asked again.
fn failure(refusal: Rejection) -> Result<Option<BankIdName>, JobError> {
    match refusal.code() {
        Code::NotFound => Ok(None),
        Code::Invalid | Code::Precondition | Code::AlreadyExists => {
            Err(JobError::lasting("refused").caused_by(refusal))
        }
        Code::Unauthenticated
        | Code::Forbidden
        | Code::Conflict
        | Code::Exhausted
        | Code::Unavailable
        | Code::Deadline
        | Code::Internal => Err(JobError::passing("identity", refusal)),
    }
}
