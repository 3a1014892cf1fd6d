//! From parts and portions to their public state. Of a part every row that is told of is in the record: withheld, on its
//! way, or judged; rows that still wait in a part are not.

use platform::db::{DbError, Tx};
use platform::grpc::convert::to_timestamp;
use platform::outbox::{self, OutboxError, OutboxRecord};
use prost::Message as _;
use proto::export::events::v1 as pb;
use proto::types::v1 as types;

use crate::domain::ids::{PartId, PortionId, RunId};
use crate::domain::month::Month;
use crate::domain::reason::Reason;
use crate::domain::recipient::Recipient;
use crate::domain::row::RowOutcome;
use crate::store::attempts::Attempt;
use crate::store::parts::Part;
use crate::store::rows::Told;
use crate::store::runs::Run;
use crate::store::{attempts, inconsistent, parts, rows, runs};

pub const TOPIC: &str = "export.delivery.v1";
pub(super) const RECORD_TYPE: &str = "se.deltaga.export.delivery.v1";

/// Writes the part's record into the outbox.
pub async fn part(tx: &mut Tx, id: PartId) -> Result<(), OutboxError> {
    let state = part_state(tx, id).await?;
    append(tx, &state).await
}

/// Writes the portion's record into the outbox.
pub async fn portion(tx: &mut Tx, id: PortionId, run: RunId) -> Result<(), OutboxError> {
    let state = portion_state(tx, id, run).await?;
    append(tx, &state).await
}

pub(super) async fn part_state(tx: &mut Tx, id: PartId) -> Result<pb::DeliveryState, DbError> {
    let found = parts::find(tx, id).await?;
    let part = found.ok_or_else(|| inconsistent("parts", "part_id", id))?;
    let told = rows::of_part(tx, id).await?;
    let latest = attempts::latest(tx, id, 20).await?;
    Ok(state_of_part(&run_of(tx, part.run).await?, &part, &latest, &told))
}

pub(super) async fn portion_state(
    tx: &mut Tx,
    id: PortionId,
    run: RunId,
) -> Result<pb::DeliveryState, DbError> {
    let told = rows::of_portion(tx, id).await?;
    Ok(state_of_portion(&run_of(tx, run).await?, id, &told))
}

async fn run_of(tx: &mut Tx, run: RunId) -> Result<Run, DbError> {
    let found = runs::find(tx, run).await?;
    Ok(found.ok_or_else(|| inconsistent("runs", "run_id", run))?)
}

/// The state of a part; `latest` are its attempts, newest first.
pub fn state_of_part(run: &Run, part: &Part, latest: &[Attempt], told: &[Told]) -> pb::DeliveryState {
    let begun = latest.iter().find(|attempt| attempt.begun_at.is_some());
    pb::DeliveryState {
        attempts: begun.map_or(0, |attempt| attempt.attempt),
        sent_at: begun.and_then(|attempt| attempt.begun_at).map(to_timestamp),
        receipted_at: part.receipted_at.map(to_timestamp),
        ..state(run, part.id.to_string(), pb::DeliveryKind::Part, told)
    }
}

/// The state of a portion.
pub fn state_of_portion(run: &Run, id: PortionId, told: &[Told]) -> pb::DeliveryState {
    state(run, id.to_string(), pb::DeliveryKind::Withheld, told)
}

/// What every delivery has.
fn state(run: &Run, delivery_id: String, kind: pb::DeliveryKind, told: &[Told]) -> pb::DeliveryState {
    pb::DeliveryState {
        delivery_id,
        kind: kind.into(),
        run_id: run.id.to_string(),
        recipient: recipient(run.recipient).into(),
        month: Some(month(run.month)),
        rows: told.iter().filter_map(delivered).collect(),
        ..pb::DeliveryState::default()
    }
}

fn delivered(row: &Told) -> Option<pb::DeliveredRow> {
    let (outcome, withheld) = match row.outcome {
        RowOutcome::Planned | RowOutcome::Cancelled => return None,
        RowOutcome::Withheld(withheld) => (pb::RowOutcome::Withheld, reason(withheld)),
        RowOutcome::InTransfer => (pb::RowOutcome::InTransfer, pb::WithholdingReason::Unspecified),
        RowOutcome::Delivered => (pb::RowOutcome::Delivered, pb::WithholdingReason::Unspecified),
        RowOutcome::Receipted => (pb::RowOutcome::Receipted, pb::WithholdingReason::Unspecified),
        RowOutcome::Refused => (pb::RowOutcome::Refused, pb::WithholdingReason::Unspecified),
    };
    Some(pb::DeliveredRow {
        month_report_id: row.report.to_string(),
        revision: row.revision,
        outcome: outcome.into(),
        reason: withheld.into(),
        refusal_code: row.refusal_code.clone().unwrap_or_default(),
    })
}

fn reason(reason: Reason) -> pb::WithholdingReason {
    match reason {
        Reason::NotAnswered => pb::WithholdingReason::NotAnswered,
        Reason::Rejected => pb::WithholdingReason::Rejected,
        Reason::Lapsed => pb::WithholdingReason::Lapsed,
        Reason::NoConsent => pb::WithholdingReason::NoConsent,
        Reason::ConsentWithdrawn => pb::WithholdingReason::ConsentWithdrawn,
        Reason::Training => pb::WithholdingReason::Training,
        Reason::NotEsfFunded => pb::WithholdingReason::NotEsfFunded,
        Reason::ProtectedIdentity => pb::WithholdingReason::ProtectedIdentity,
        Reason::InterruptedBeforeStart => pb::WithholdingReason::InterruptedBeforeStart,
        Reason::NotCurrent => pb::WithholdingReason::NotCurrent,
        Reason::PersonUnknown => pb::WithholdingReason::PersonUnknown,
    }
}

pub fn recipient(recipient: Recipient) -> types::Recipient {
    match recipient {
        Recipient::Esf => types::Recipient::Esf,
        Recipient::Scb => types::Recipient::Scb,
    }
}

pub fn month(month: Month) -> types::Month {
    let day = month.first_day();
    types::Month {
        year: day.year().into(),
        month: day.month().into(),
    }
}

/// The record of a delivery.
pub fn record(state: &pb::DeliveryState) -> OutboxRecord {
    OutboxRecord {
        topic: TOPIC,
        key: state.delivery_id.clone(),
        record_type: RECORD_TYPE,
        payload: Some(state.encode_to_vec()),
        partition: None,
    }
}

async fn append(tx: &mut Tx, state: &pb::DeliveryState) -> Result<(), OutboxError> {
    outbox::append(tx, record(state)).await?;
    Ok(())
}
