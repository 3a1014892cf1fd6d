//! Removes a machine client; its last token ends within five minutes.

use platform::audit::append;
use platform::auth::AccountGrant;

use super::register_client::line;
use crate::domain::ids::ClientId;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::clients;

/// Removes a client; the second time changes nothing.
pub async fn remove_client(parts: &Parts, operator: &AccountGrant, client_id: ClientId) -> Result<()> {
    parts
        .database
        .transaction("identity.remove_client", async |tx| {
            let is_new = clients::remove(tx, client_id)
                .await?
                .ok_or(Error::NotFound("client"))?;
            if is_new {
                append(tx, line(operator, "identity.remove_client", client_id)).await?;
            }
            Ok(())
        })
        .await
}
