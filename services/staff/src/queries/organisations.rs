//! The register as others read it.

use platform::db::Database;

use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{Organisation, Unit};
use crate::error::StaffError;
use crate::store;

pub async fn list(
    database: &Database,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<Organisation>, StaffError> {
    database
        .transaction("staff.list_organisations", async |tx| {
            Ok(store::organisations::list(tx, after, limit).await?)
        })
        .await
}

pub async fn get(database: &Database, id: OrganisationId) -> Result<(Organisation, Vec<Unit>), StaffError> {
    database
        .transaction("staff.get_organisation", async |tx| {
            let organisation = store::organisations::find(tx, id).await?;
            let organisation = organisation.ok_or(StaffError::NotFound("organisation"))?;
            Ok((organisation, store::units::of_organisation(tx, id).await?))
        })
        .await
}
