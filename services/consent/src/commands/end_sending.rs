//! Export tells how an attempt ended.

use super::Commands;
use crate::domain::ids::PartId;
use crate::domain::sending::{Ending, Outcome};
use crate::error::ConsentError;
use crate::store;

impl Commands {
    pub async fn end_sending(&self, part: PartId, attempt: i32, told: Outcome) -> Result<(), ConsentError> {
        self.database
            .transaction("consent.end_sending", async |tx| {
                let held = store::parts::lock(tx, part).await?;
                let sending = held.and_then(|part| {
                    part.sendings
                        .into_iter()
                        .find(|sending| sending.attempt == attempt)
                });
                let sending = sending.ok_or(ConsentError::NotFound("sending"))?;
                match sending.end(told)? {
                    Ending::Unchanged => Ok(()),
                    Ending::Known(outcome) => {
                        Ok(store::parts::set_outcome(tx, part, attempt, outcome).await?)
                    }
                }
            })
            .await
    }
}
