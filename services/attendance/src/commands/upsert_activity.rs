//! The agency adds an activity or changes one. Months that were submitted keep what they say.

use platform::db::Tx;
use platform::grpc::convert::etag;
use serde_json::json;

use super::{Caller, Commands, note};
use crate::domain::activity::Activity;
use crate::error::AttendanceError;
use crate::events::publish;
use crate::store;
use crate::store::activities::StoredActivity;

impl Commands {
    /// `seen` may be empty; then nothing is compared.
    pub async fn upsert_activity(
        &self,
        caller: &Caller,
        activity: &Activity,
        seen: &str,
    ) -> Result<StoredActivity, AttendanceError> {
        self.database
            .transaction("attendance.upsert_activity", async |tx| {
                upsert(tx, caller, activity, seen).await
            })
            .await
    }
}

async fn upsert(
    tx: &mut Tx,
    caller: &Caller,
    activity: &Activity,
    seen: &str,
) -> Result<StoredActivity, AttendanceError> {
    let stored = store::activities::lock(tx, &activity.code).await?;
    if let Some(stored) = stored {
        if stored.activity == *activity {
            return Ok(stored);
        }
        if !seen.is_empty() && seen != etag(stored.revision) {
            return Err(AttendanceError::EtagMismatch);
        }
    }
    let revision = publish::activity(tx, activity).await?;
    store::activities::save(tx, activity, revision).await?;
    let subject = ("activity", activity.code.to_string());
    let details = json!({ "revision": revision.to_string() });
    note(tx, caller.line("attendance.upsert_activity", subject, details)).await?;
    Ok(StoredActivity {
        activity: activity.clone(),
        revision,
    })
}
