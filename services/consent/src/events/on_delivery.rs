//! `export.delivery.v1`: what became of each row. The ledger says what was sent; this says what the recipient thinks of
//! it, and why export kept rows for reasons of its own.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::{Instant, Tx};
use platform::grpc::convert::timestamp;
use platform::outbox::Revision;
use proto::export::events::v1::{DeliveredRow, DeliveryKind, DeliveryState, RowOutcome, WithholdingReason};

use super::{id, recipient, unreadable};
use crate::domain::explain::Withholding;
use crate::domain::month::Month;
use crate::store;
use crate::store::deliveries::{Delivery, ToldRow};

/// Keeps deliveries.
#[derive(Clone, Copy, Debug)]
pub struct OnDelivery;

impl StateHandler for OnDelivery {
    type Message = DeliveryState;

    const TOPIC: &'static str = "export.delivery.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<DeliveryState>,
    ) -> Result<(), ApplyError> {
        match state {
            Some(state) => store::deliveries::put(tx, &delivery(key, &state)?).await?,
            None => store::deliveries::delete(tx, id(key)?).await?,
        }
        Ok(())
    }
}

fn delivery(key: &str, state: &DeliveryState) -> Result<Delivery, ApplyError> {
    let month = state.month.ok_or_else(unreadable)?;
    let is_part = match state.kind() {
        DeliveryKind::Part => true,
        DeliveryKind::Withheld => false,
        DeliveryKind::Unspecified => return Err(unreadable()),
    };
    Ok(Delivery {
        id: id(key)?,
        is_part,
        recipient: recipient(state.recipient())?,
        month: Month::new(month.year, month.month).ok_or_else(unreadable)?,
        sent_at: timestamp(state.sent_at.as_ref()).map(Instant::from),
        receipted_at: timestamp(state.receipted_at.as_ref()).map(Instant::from),
        rows: state.rows.iter().map(told).collect::<Result<_, _>>()?,
    })
}

fn told(row: &DeliveredRow) -> Result<ToldRow, ApplyError> {
    Ok(ToldRow {
        report: id(&row.month_report_id)?,
        revision: row.revision,
        outcome: outcome(row.outcome())?,
        reason: reason(row.reason()).map(Withholding::code),
        refusal_code: row.refusal_code.clone(),
    })
}

fn outcome(outcome: RowOutcome) -> Result<&'static str, ApplyError> {
    match outcome {
        RowOutcome::Withheld => Ok("withheld"),
        RowOutcome::InTransfer => Ok("in_transfer"),
        RowOutcome::Delivered => Ok("delivered"),
        RowOutcome::Receipted => Ok("receipted"),
        RowOutcome::Refused => Ok("refused"),
        RowOutcome::Unspecified => Err(unreadable()),
    }
}

/// The others are consent's own judgements, or attendance's answers: known here better than export told them.
fn reason(reason: WithholdingReason) -> Option<Withholding> {
    match reason {
        WithholdingReason::Training => Some(Withholding::Training),
        WithholdingReason::NotEsfFunded => Some(Withholding::NotEsfFunded),
        WithholdingReason::ProtectedIdentity => Some(Withholding::ProtectedIdentity),
        WithholdingReason::InterruptedBeforeStart => Some(Withholding::InterruptedBeforeStart),
        WithholdingReason::PersonUnknown => Some(Withholding::PersonUnknown),
        WithholdingReason::Unspecified
        | WithholdingReason::NotAnswered
        | WithholdingReason::Rejected
        | WithholdingReason::Lapsed
        | WithholdingReason::NoConsent
        | WithholdingReason::ConsentWithdrawn
        | WithholdingReason::NotCurrent => None,
    }
}
