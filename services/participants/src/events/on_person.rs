//! `identity.person.v1`: persons that turned out to be one.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::identity::events::v1::PersonState;

use super::parsed;
use crate::store::persons;

/// Keeps which persons are joined to another.
#[derive(Clone, Copy, Debug)]
pub struct OnPerson;

impl StateHandler for OnPerson {
    type Message = PersonState;

    const TOPIC: &'static str = "identity.person.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<PersonState>,
    ) -> Result<(), ApplyError> {
        let merged_into = state.and_then(|state| state.merged_into);
        let merged_into = merged_into.filter(|id| !id.is_empty());
        let merged_into = merged_into.map(|id| parsed(&id, "merged_into")).transpose()?;
        Ok(persons::put(tx, parsed(key, "person_id")?, merged_into).await?)
    }
}
