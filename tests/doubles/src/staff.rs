//! staff: gives the accounts it is started with, as grants that never change.

use std::sync::Arc;

use platform::clock::{Clock as _, ManualClock};
use platform::grpc::convert::to_timestamp;
use proto::staff::events::v1::AccountState;
use proto::staff::v1::grant_service_server::{GrantService, GrantServiceServer};
use proto::staff::v1::{GrantChange, ListGrantChangesRequest, ListGrantChangesResponse};
use proto::types::v1::Revision;
use support::ca::Authority;
use tonic::{Request, Response, Status};

use crate::gate::{gate, serve};

/// staff, as those who decide by its grants see it.
#[derive(Clone)]
pub struct FakeStaff {
    pub address: String,
    clock: Arc<ManualClock>,
    accounts: Vec<AccountState>,
}

impl FakeStaff {
    pub async fn start(authority: &Authority, clock: Arc<ManualClock>, accounts: Vec<AccountState>) -> Self {
        let mut fake = Self {
            address: String::new(),
            clock: clock.clone(),
            accounts,
        };
        let server = gate(authority, "staff", clock).mount(GrantServiceServer::new(fake.clone()));
        fake.address = serve("staff", server).await;
        fake
    }
}

#[tonic::async_trait]
impl GrantService for FakeStaff {
    async fn list_grant_changes(
        &self,
        request: Request<ListGrantChangesRequest>,
    ) -> Result<Response<ListGrantChangesResponse>, Status> {
        let accounts = if request.get_ref().since.is_empty() {
            self.accounts.clone()
        } else {
            Vec::new()
        };
        let changes = accounts.into_iter().map(|account| GrantChange {
            revision: Some(Revision { epoch: 1, n: 1 }),
            account: Some(account),
        });
        Ok(Response::new(ListGrantChangesResponse {
            changes: changes.collect(),
            next_since: "all".to_owned(),
            complete: true,
            as_of: Some(to_timestamp(self.clock.now())),
        }))
    }
}
