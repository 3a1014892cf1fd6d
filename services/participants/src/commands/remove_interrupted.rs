//! A receiver takes a placement that was broken off before it began out of the inbox.

use serde_json::json;

use super::{Caller, Commands, note, today};
use crate::domain::ids::PlacementId;
use crate::domain::visibility::StaffViewer;
use crate::error::ParticipantsError;
use crate::store;

impl Commands {
    pub async fn remove_interrupted(
        &self,
        caller: &Caller,
        viewer: &StaffViewer,
        id: PlacementId,
    ) -> Result<(), ParticipantsError> {
        self.database
            .transaction("participants.remove_interrupted", async |tx| {
                let today = today(tx);
                let found = store::placements::lock_all(tx, &self.keys, &[id]).await?.pop();
                let found = found.filter(|placement| viewer.may_remove(placement, today));
                let before = found.ok_or(ParticipantsError::NotFound("placement"))?;
                let after = before.clone().remove(tx.now(), today)?;
                if after == before {
                    return Ok(());
                }
                store::placements::update_state(tx, &after, today).await?;
                note(tx, caller.line("participants.remove_interrupted", id, json!({}))).await
            })
            .await
    }
}
