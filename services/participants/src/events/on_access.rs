//! `audit.access.v1`: who has read what of whom, for the participant's own view. Events are counted once by the
//! platform's inbox; what is kept here outlives the topic.

use platform::consumer::{ApplyError, LogEvent, LogHandler};
use platform::db::Tx;
use platform::grpc::convert::timestamp;
use proto::audit::events::v1::AccessRecorded;

use super::parsed;
use crate::store::accesses::{self, Access};

/// Keeps reads.
#[derive(Clone, Copy, Debug)]
pub struct OnAccess;

impl LogHandler for OnAccess {
    type Message = AccessRecorded;

    const TOPIC: &'static str = "audit.access.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        _event: LogEvent<'_>,
        message: AccessRecorded,
    ) -> Result<(), ApplyError> {
        let at = timestamp(message.at.as_ref()).ok_or(ApplyError::Unappliable { reason: "at" })?;
        let access = Access {
            id: parsed(&message.access_id, "access_id")?,
            person: parsed(&message.person_id, "person_id")?,
            organisation: parsed(&message.organisation_id, "organisation_id")?,
            role: message.role,
            purpose: message.purpose,
            data_kind: message.data_kind,
            at,
        };
        Ok(accesses::insert(tx, &access).await?)
    }
}
