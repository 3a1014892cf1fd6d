//! Machine clients, found by the thumbprint of their certificate.

use platform::auth::Thumbprint;
use platform::db::{DbError, Instant, Tx};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::sealing::hash;
use crate::domain::client::{Client, ClientKind, DisplayName};
use crate::domain::ids::{ClientId, OrganisationId};
use crate::error::{Error, Result};

const TABLE: &str = "clients";

struct Row {
    client_id: Uuid,
    display_name: String,
    kind: String,
    organisation_id: Uuid,
    certificate_thumbprint: Vec<u8>,
    registered_at: Instant,
    removed_at: Option<Instant>,
}

/// Writes a new client; refused if another one has the certificate.
pub async fn insert(tx: &mut Tx, client: &Client) -> Result<()> {
    let written = sqlx::query!(
        r#"
        insert into clients (client_id, display_name, kind, organisation_id, certificate_thumbprint, registered_at)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        client.client_id.as_uuid(),
        client.display_name.as_str(),
        client.kind.as_str(),
        client.organisation_id.as_uuid(),
        client.certificate.0.as_slice(),
        Instant::from(client.registered_at) as _,
    )
    .execute(&mut **tx)
    .await
    .map_err(DbError::from);
    match written {
        Ok(_) => Ok(()),
        Err(error) if error.unique_violation() == Some("one_client_per_certificate") => {
            Err(Error::CertificateTaken)
        }
        Err(error) => Err(error.into()),
    }
}

/// The client that has the certificate and was not removed.
pub async fn of_certificate(
    executor: impl PgExecutor<'_>,
    certificate: Thumbprint,
) -> Result<Option<Client>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select client_id, display_name, kind, organisation_id, certificate_thumbprint,
            registered_at as "registered_at: Instant", removed_at as "removed_at: Instant"
        from clients where certificate_thumbprint = $1 and removed_at is null
        "#,
        certificate.0.as_slice()
    )
    .fetch_optional(executor)
    .await?;
    row.map(Client::try_from).transpose()
}

/// Clients, oldest first.
pub async fn list(executor: impl PgExecutor<'_>, after: Option<Uuid>, limit: i64) -> Result<Vec<Client>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select client_id, display_name, kind, organisation_id, certificate_thumbprint,
            registered_at as "registered_at: Instant", removed_at as "removed_at: Instant"
        from clients where $1::uuid is null or client_id > $1 order by client_id limit $2
        "#,
        after,
        limit,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Client::try_from).collect()
}

/// Removes a client. None if there is none; false if it had been removed before.
pub async fn remove(tx: &mut Tx, client_id: ClientId) -> Result<Option<bool>> {
    let now = Instant::from(tx.now());
    let before = sqlx::query_scalar!(
        r#"
        update clients set removed_at = coalesce(removed_at, $2) where client_id = $1
        returning removed_at = $2 as "is_new!"
        "#,
        client_id.as_uuid(),
        now as _,
    );
    Ok(before.fetch_optional(&mut **tx).await?)
}

impl TryFrom<Row> for Client {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.client_id;
        let name = DisplayName::parse(&row.display_name);
        Ok(Self {
            client_id: ClientId::from_uuid(id),
            display_name: name.map_err(|_| Error::inconsistent(TABLE, "display_name", id))?,
            kind: ClientKind::try_from(row.kind.as_str()).map_err(Error::word(TABLE, id))?,
            organisation_id: OrganisationId::from_uuid(row.organisation_id),
            certificate: Thumbprint(hash(
                TABLE,
                "certificate_thumbprint",
                id,
                &row.certificate_thumbprint,
            )?),
            registered_at: row.registered_at.timestamp(),
            removed_at: row.removed_at.map(Instant::timestamp),
        })
    }
}
