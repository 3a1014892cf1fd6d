//! The second way: asking staff for what has changed, while the broker's way is silent.

use futures::future::BoxFuture;
use proto::staff::v1::grant_service_client::GrantServiceClient;
use proto::staff::v1::{GrantChange, ListGrantChangesRequest, ListGrantChangesResponse};
use uuid::Uuid;

use super::table::Change;
use super::{Grants, record};
use crate::grpc::{ClientChannel, Code, Rejection, convert};
use crate::outbox::Revision;

/// Five thousand accounts with wide scopes exceed what other messages may have.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;

/// Gives the grants that have changed since a cursor.
pub trait GrantSource: Send + Sync + 'static {
    /// One page.
    fn changes(&self, since: String) -> BoxFuture<'_, Result<ListGrantChangesResponse, Rejection>>;
}

/// staff, over its `GrantService`.
#[derive(Clone)]
pub struct StaffGrants {
    client: GrantServiceClient<ClientChannel>,
}

/// Where the last answer ended.
#[derive(Debug, Default)]
pub(super) struct Cursor(String);

impl Cursor {
    #[cfg(test)]
    pub(super) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl StaffGrants {
    /// `channel` leads to staff.
    pub fn new(channel: ClientChannel) -> Self {
        Self {
            client: GrantServiceClient::new(channel).max_decoding_message_size(LARGEST_PAGE),
        }
    }
}

impl GrantSource for StaffGrants {
    fn changes(&self, since: String) -> BoxFuture<'_, Result<ListGrantChangesResponse, Rejection>> {
        let mut client = self.client.clone();
        Box::pin(async move {
            let answer = client.list_grant_changes(ListGrantChangesRequest { since }).await;
            answer
                .map(tonic::Response::into_inner)
                .map_err(|status| Rejection::from_status(&status))
        })
    }
}

impl Grants {
    /// Whether the broker has been silent for so long that staff must be asked.
    pub(super) fn wants_pull(&self) -> bool {
        self.freshness().wants_pull(self.0.clock.now())
    }

    /// Asks until staff's answer is complete. A cursor that staff does not accept is dropped, and all is asked for.
    pub(super) async fn pull(&self, source: &dyn GrantSource, cursor: &mut Cursor) -> Result<(), Rejection> {
        loop {
            let answer = match source.changes(cursor.0.clone()).await {
                Ok(answer) => answer,
                Err(error) if error.code() == Code::Invalid && !cursor.0.is_empty() => {
                    cursor.0.clear();
                    continue;
                }
                Err(error) => return Err(error),
            };
            for change in &answer.changes {
                self.take(change);
            }
            cursor.0 = answer.next_since;
            if answer.complete {
                let as_of = convert::timestamp(answer.as_of.as_ref());
                let as_of =
                    as_of.ok_or_else(|| Rejection::internal("staff's answer does not say as of when"))?;
                let now = self.0.clock.now();
                self.refresh(|freshness| freshness.pulled(as_of, now));
                return Ok(());
            }
        }
    }

    fn take(&self, change: &GrantChange) {
        let parsed = change
            .revision
            .zip(change.account.as_ref())
            .and_then(|(revision, state)| {
                let account_id: Uuid = state.account_id.parse().ok()?;
                Some((
                    account_id,
                    Revision {
                        epoch: revision.epoch,
                        n: revision.n,
                    },
                    state,
                ))
            });
        let Some((account_id, revision, state)) = parsed else {
            tracing::error!("staff gave a change without account or revision");
            return;
        };
        self.change(
            account_id,
            revision,
            record::change(account_id, state).unwrap_or(Change::Unreadable),
        );
    }
}
