//! Machine clients, oldest first, removed ones too.

use platform::grpc::convert::Page;
use proto::types::v1::PageResponse;
use uuid::Uuid;

use crate::domain::client::Client;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::clients;

/// One page of clients.
pub async fn list_clients(parts: &Parts, page: &Page<Uuid>) -> Result<(Vec<Client>, PageResponse)> {
    let mut rows = clients::list(parts.database.pool(), page.after, page.limit()).await?;
    let next = page.close(&mut rows, |client| client.client_id.as_uuid());
    Ok((rows, next))
}
