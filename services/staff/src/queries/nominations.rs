//! Nominations of an organisation, for the agency.

use platform::db::Database;

use crate::domain::ids::{NominationId, OrganisationId};
use crate::domain::nomination::Nomination;
use crate::error::StaffError;
use crate::store;

pub async fn list(
    database: &Database,
    organisation: OrganisationId,
    after: Option<NominationId>,
    limit: i64,
) -> Result<Vec<Nomination>, StaffError> {
    database
        .transaction("staff.list_nominations", async |tx| {
            if store::organisations::find(tx, organisation).await?.is_none() {
                return Err(StaffError::NotFound("organisation"));
            }
            Ok(store::nominations::list(tx, organisation, after, limit).await?)
        })
        .await
}
