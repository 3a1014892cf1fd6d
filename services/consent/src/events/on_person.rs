//! `identity.person.v1`: ids that turned out to be one person's.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::identity::events::v1::PersonState;

use super::id;
use crate::store;

/// Keeps which ids are one person's.
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
        let person = id(key)?;
        let into = state.and_then(|state| state.merged_into);
        let into = into.as_deref().map(id).transpose()?;
        Ok(store::persons::set_merged(tx, person, into).await?)
    }
}
