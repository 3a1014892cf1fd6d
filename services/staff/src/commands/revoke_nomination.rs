//! The agency takes a nomination back, and its link is made void.

use serde_json::json;

use super::{Caller, Commands, lock_organisation, note};
use crate::commands::tell_identity;
use crate::domain::Outcome;
use crate::domain::ids::NominationId;
use crate::domain::invitation::Wanted;
use crate::domain::nomination::Nomination;
use crate::error::StaffError;
use crate::store;

const ACTION: &str = "staff.revoke_nomination";

impl Commands {
    pub async fn revoke_nomination(
        &self,
        caller: &Caller,
        id: NominationId,
    ) -> Result<Nomination, StaffError> {
        self.database
            .transaction(ACTION, async |tx| {
                let organisation = store::nominations::organisation_of(tx, id).await?;
                lock_organisation(tx, organisation.ok_or(StaffError::NotFound("nomination"))?).await?;
                let found = store::nominations::lock(tx, id)
                    .await?
                    .ok_or(StaffError::NotFound("nomination"))?;
                let nomination = match found.revoke()? {
                    Outcome::Already(nomination) => return Ok::<_, StaffError>(nomination),
                    Outcome::Changed(nomination) => nomination,
                };
                store::nominations::update(tx, &nomination).await?;
                if store::invitations::want(tx, nomination.invitation, Wanted::Cancelled).await? {
                    tell_identity::enqueue(tx, nomination.invitation).await?;
                }
                let details = json!({ "organisation": nomination.organisation });
                note(tx, caller.line(ACTION, ("nomination", id.to_string()), details)).await?;
                Ok(nomination)
            })
            .await
    }
}
