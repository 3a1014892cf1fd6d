//! The catalogue as others read it.

use platform::db::Database;

use crate::error::AttendanceError;
use crate::store::activities::{self, ActivityPage, StoredActivity};

pub async fn list(
    database: &Database,
    page: &ActivityPage<'_>,
) -> Result<Vec<StoredActivity>, AttendanceError> {
    database
        .transaction("attendance.list_activities", async |tx| {
            Ok(activities::page(tx, page).await?)
        })
        .await
}
