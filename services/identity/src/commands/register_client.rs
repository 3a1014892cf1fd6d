//! Registers a machine client by its certificate.

use platform::audit::{Actor, AuditLine, append};
use platform::auth::{AccountGrant, Thumbprint};
use platform::db::Tx;
use serde_json::json;

use crate::domain::client::{Client, ClientKind, DisplayName};
use crate::domain::ids::{ClientId, OrganisationId};
use crate::error::Result;
use crate::store::clients;

/// A client to register.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What operators call it.
    pub display_name: DisplayName,
    /// What it is.
    pub kind: ClientKind,
    /// Organisation it acts for.
    pub organisation_id: OrganisationId,
    /// Its certificate.
    pub certificate: Thumbprint,
}

/// Registers a client for an operator.
pub async fn register_client(tx: &mut Tx, operator: &AccountGrant, new: NewClient) -> Result<Client> {
    let client = Client {
        client_id: ClientId::from_uuid(tx.new_id()),
        display_name: new.display_name,
        kind: new.kind,
        organisation_id: new.organisation_id,
        certificate: new.certificate,
        registered_at: tx.now(),
        removed_at: None,
    };
    clients::insert(tx, &client).await?;
    append(tx, line(operator, "identity.register_client", client.client_id)).await?;
    Ok(client)
}

/// The audit line of what an operator did to a client.
pub fn line(operator: &AccountGrant, action: &'static str, client_id: ClientId) -> AuditLine {
    AuditLine {
        actor: Actor {
            kind: "staff",
            id: operator.person_id.to_string(),
            account_id: Some(operator.account_id),
            organisation_id: Some(operator.organisation_id),
        },
        action,
        subject_kind: "client",
        subject_id: client_id.to_string(),
        purpose: None,
        details: json!({}),
    }
}
