//! Placements get a supervisor, the first or another one: all of them or none. Whether the account may be one is judged by
//! its grants now, as any call of its own would be.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::access::{self, Depth};
use platform::auth::AccountGrant;
use platform::db::Tx;
use platform::grpc::{Code, FieldViolation, Rejection};
use platform::idempotency;
use proto::errors::v1::ErrorReason;
use proto::participants::v1 as pb;
use proto::policy::v1::Permission;
use serde_json::json;

use super::{Caller, Commands, Once, note, today};
use crate::domain::ids::{AccountId, OrganisationId, PersonId, PlacementId};
use crate::domain::placement::Placement;
use crate::domain::visibility::{StaffViewer, Viewer, is_covered};
use crate::error::ParticipantsError;
use crate::events::publish;
use crate::grpc::convert;
use crate::store;

type Request = pb::AssignSupervisorRequest;
type Answer = pb::AssignSupervisorResponse;

const RETRY_UNKNOWN: Duration = Duration::from_millis(500);

/// Who shall take care of whom.
#[derive(Clone, Debug)]
pub struct AssignSupervisor {
    pub placements: Vec<PlacementId>,
    pub supervisor: AccountId,
}

impl Commands {
    pub async fn assign_supervisor(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        viewer: &StaffViewer,
        input: &AssignSupervisor,
    ) -> Result<Answer, ParticipantsError> {
        self.database
            .transaction("participants.assign_supervisor", async |tx| {
                self.look(tx, caller, viewer, &input.placements).await?;
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let supervisor = self.supervisor(tx.now(), viewer.organisation, input.supervisor)?;
                    let placements = self.assign(tx, caller, viewer, input, &supervisor).await?;
                    let summary = |it: &Placement| convert::summary(it, today(tx), false);
                    let placements = placements.iter().map(summary).collect();
                    Ok::<_, ParticipantsError>(Answer { placements })
                })
                .await
            })
            .await
    }

    /// Before the kept answer: it shows people, so it is for those whose scope still holds all of them, and told of. Whether
    /// a placement is in the inbox is asked later: with its supervisor it may have left it.
    async fn look(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        viewer: &StaffViewer,
        ids: &[PlacementId],
    ) -> Result<(), ParticipantsError> {
        let mut held = store::placements::find_all(tx, &self.keys, ids).await?;
        held.retain(|placement| viewer.covers(placement));
        let is_held = |id: &PlacementId| held.iter().any(|placement| placement.id == *id);
        let unseen = ids.iter().enumerate().filter(|(_, id)| !is_held(id));
        let unseen: Vec<FieldViolation> = unseen
            .map(|(index, _)| at(index, ErrorReason::NotFound))
            .collect();
        if !unseen.is_empty() {
            return Err(not_found().fields(unseen).into());
        }
        let persons: Vec<_> = held.iter().map(|it| PersonId::as_uuid(it.person)).collect();
        let (kind, purpose) = ("placement", "receive_participants");
        Ok(access::record(tx, &caller.reader, kind, purpose, &persons, Depth::List).await?)
    }

    /// The grants of the account, if it can be a supervisor in the organisation at all.
    fn supervisor(
        &self,
        now: Timestamp,
        organisation: OrganisationId,
        account: AccountId,
    ) -> Result<AccountGrant, Rejection> {
        let refused = |reason| Rejection::invalid().field("supervisor_account_id", reason);
        let Some(held) = self.grants.held(account.as_uuid()) else {
            // It may have been made a moment ago.
            return Err(refused(ErrorReason::SupervisorUnknown).retry_after(RETRY_UNKNOWN));
        };
        let grant = held
            .grant
            .filter(|grant| OrganisationId::from_uuid(grant.organisation_id) == organisation);
        let grant = grant.ok_or_else(|| refused(ErrorReason::SupervisorUnknown))?;
        if grant.may(Permission::ReportAndPlan, now) {
            Ok(grant)
        } else {
            Err(refused(ErrorReason::SupervisorNotPermitted))
        }
    }

    async fn assign(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        viewer: &StaffViewer,
        input: &AssignSupervisor,
        supervisor: &AccountGrant,
    ) -> Result<Vec<Placement>, ParticipantsError> {
        let today = today(tx);
        let held = store::placements::lock_all(tx, &self.keys, &input.placements).await?;
        let assigned = assigned(held, viewer, input, supervisor, today)?;
        for (before, after) in &assigned {
            if before == after {
                continue;
            }
            store::placements::update_state(tx, after, today).await?;
            publish::placement(tx, after, today).await?;
            let details = json!({ "supervisor": input.supervisor, "before": before.supervisor });
            note(
                tx,
                caller.line("participants.assign_supervisor", after.id, details),
            )
            .await?;
        }
        Ok(assigned.into_iter().map(|(_, after)| after).collect())
    }
}

/// Each placement before and after, in the order of the request, or everything that stands against it.
fn assigned(
    held: Vec<Placement>,
    viewer: &StaffViewer,
    input: &AssignSupervisor,
    supervisor: &AccountGrant,
    today: Date,
) -> Result<Vec<(Placement, Placement)>, Rejection> {
    let eyes = Viewer::Staff(viewer.clone());
    let mut seen: HashMap<PlacementId, Placement> = held
        .into_iter()
        .filter(|placement| eyes.sees(placement, today))
        .map(|placement| (placement.id, placement))
        .collect();
    let mut assigned = Vec::with_capacity(input.placements.len());
    let mut violations = Vec::new();
    for (index, id) in input.placements.iter().enumerate() {
        let refused = |reason| at(index, reason);
        let Some(before) = seen.remove(id) else {
            violations.push(refused(ErrorReason::NotFound));
            continue;
        };
        if !is_covered(supervisor, before.current.value.place) {
            violations.push(refused(ErrorReason::SupervisorNotPermitted));
            continue;
        }
        match before.clone().assign(input.supervisor, today) {
            Ok(after) => assigned.push((before, after)),
            Err(_) => violations.push(refused(ErrorReason::PlacementOver)),
        }
    }
    if violations.is_empty() {
        return Ok(assigned);
    }
    let is_unseen = violations.iter().any(|it| it.reason == ErrorReason::NotFound);
    let rejection = if is_unseen {
        not_found()
    } else {
        Rejection::invalid()
    };
    Err(rejection.fields(violations))
}

fn not_found() -> Rejection {
    Rejection::new(Code::NotFound, ErrorReason::NotFound).with("kind", "placement")
}

fn at(index: usize, reason: ErrorReason) -> FieldViolation {
    FieldViolation::new(format!("placement_ids[{index}]"), reason)
}
