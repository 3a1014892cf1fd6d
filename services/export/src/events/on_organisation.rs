//! `staff.organisation.v1`: whether an organisation only trains.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::staff::events::v1::OrganisationState;

use super::id;
use crate::domain::ids::OrganisationId;
use crate::store::heard;

/// Keeps the flag.
#[derive(Debug)]
pub struct OnOrganisation;

impl StateHandler for OnOrganisation {
    type Message = OrganisationState;
    const TOPIC: &'static str = "staff.organisation.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<OrganisationState>,
    ) -> Result<(), ApplyError> {
        let organisation: OrganisationId = id(key, "organisation_id")?;
        match state {
            Some(state) => heard::organisation(tx, organisation, state.training).await?,
            None => heard::organisation_gone(tx, organisation).await?,
        }
        Ok(())
    }
}
