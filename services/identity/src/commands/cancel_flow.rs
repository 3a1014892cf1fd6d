//! Cancels a sign-in or signing. It is over here first, so that a result that arrives at the same time is not used;
//! BankID is told afterwards, and an order it was not told about ends by itself.

use proto::identity::v1 as pb;

use crate::bankid::Order;
use crate::domain::ids::FlowId;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::flows;
use crate::store::sealing::{FLOW_ORDER, open};

/// Cancels a flow that the caller may cancel; one that is over stays as it is.
pub async fn cancel(parts: &Parts, flow_id: FlowId) -> Result<()> {
    let message = pb::BankidMessage::Cancelled;
    let was_pending = parts
        .database
        .transaction("identity.cancel_flow", async |tx| {
            flows::fail(tx, flow_id, message).await
        })
        .await?;
    if !was_pending {
        return Ok(());
    }
    let stored = flows::find(parts.database.pool(), flow_id)
        .await?
        .ok_or(Error::NotFound("flow"))?;
    parts.measures.finished(stored.flow.purpose.as_str(), message);
    let order: Order = open(&parts.keys, FLOW_ORDER, flow_id.as_uuid(), &stored.order)?;
    if let Err(error) = parts.bankid.cancel(&order).await {
        tracing::info!(%flow_id, %error, "an order was not cancelled at BankID");
    }
    Ok(())
}
