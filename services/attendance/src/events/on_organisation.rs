//! `staff.organisation.v1`: which organisations only train.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::staff::events::v1 as staff;

use super::read;
use crate::store;

/// Takes organisations in.
#[derive(Clone, Copy, Debug)]
pub struct OnOrganisation;

impl StateHandler for OnOrganisation {
    type Message = staff::OrganisationState;

    const TOPIC: &'static str = "staff.organisation.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<Self::Message>,
    ) -> Result<(), ApplyError> {
        let id = read::id(key)?;
        match state {
            Some(state) => store::organisations::save(tx, id, state.training).await?,
            None => store::organisations::delete(tx, id).await?,
        }
        Ok(())
    }
}
