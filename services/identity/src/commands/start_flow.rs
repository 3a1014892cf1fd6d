//! What starting a sign-in and starting a signing share: the limit on starts, the order at BankID, the flow and its
//! collector. The order comes first: an order without a flow ends by itself, a flow without an order would mislead.

use std::net::IpAddr;

use jiff::SignedDuration;
use platform::jobs::{NewJob, enqueue};
use platform::keys::Purpose as KeyPurpose;
use serde_json::Value;

use super::collect_order::COLLECT_ORDER;
use crate::bankid::{Order, OrderRequest};
use crate::domain::flow::{COLLECT_EVERY, Flow, Purpose};
use crate::domain::ids::FlowId;
use crate::domain::portal::{Device, Language};
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::flows::{self, StoredFlow, TokenHashes};
use crate::store::sealing::{FLOW_ORDER, FLOW_REQUEST, seal};
use crate::store::start_attempts;

const STARTER: KeyPurpose = KeyPurpose::new("flow.starter");

/// The device of the person who starts.
#[derive(Clone)]
pub struct EndUser {
    /// Its address.
    pub address: IpAddr,
    /// The browser as it names itself.
    pub user_agent: Option<String>,
}

/// How somebody wants to use BankID.
#[derive(Clone)]
pub struct Start {
    /// The person's device.
    pub end_user: EndUser,
    /// Where the app is.
    pub device: Device,
    /// Language of what the app shows.
    pub language: Language,
    /// Where the app returns to.
    pub return_url: Option<String>,
}

/// A flow with its order, as the answer shows it.
pub struct StartedFlow {
    /// The flow.
    pub flow: Flow,
    /// Its order.
    pub order: Order,
}

/// Counts a start and refuses one too many. `starter` is an address or a session.
pub async fn count_start(parts: &Parts, starter: &str) -> Result<()> {
    let hash = parts.keys.mac(STARTER, starter.as_bytes());
    let count = async |tx: &mut _| start_attempts::count(tx, hash).await;
    let attempts = parts.database.transaction("identity.count_start", count).await?;
    if u32::try_from(attempts).unwrap_or(u32::MAX) > parts.bankid_config.starts_per_minute {
        return Err(Error::TooManyStarts {
            retry_after: start_attempts::rest_of_minute(parts.now()),
        });
    }
    Ok(())
}

/// Starts the order and writes the flow with its collector.
pub async fn start(
    parts: &Parts,
    flow_id: FlowId,
    purpose: Purpose,
    start: &Start,
    request: &OrderRequest,
    tokens: Option<TokenHashes>,
) -> Result<StartedFlow> {
    let order = parts.bankid.start(request).await?;
    let flow = Flow::begin(flow_id, purpose, start.device, start.language, parts.now());
    let stored = StoredFlow {
        tokens,
        request: seal(&parts.keys, FLOW_REQUEST, flow_id.as_uuid(), request),
        order: seal(&parts.keys, FLOW_ORDER, flow_id.as_uuid(), &order),
        flow,
    };
    parts
        .database
        .transaction("identity.start_flow", async |tx| {
            flows::insert(tx, &stored).await?;
            let due_at = stored.flow.order_started_at.saturating_add(COLLECT_EVERY);
            let due_at = due_at.expect("adding a duration to an instant saturates, it does not fail");
            let key = flow_id.to_string();
            enqueue(
                tx,
                NewJob {
                    kind: COLLECT_ORDER,
                    key,
                    due_at,
                    payload: Value::Null,
                },
            )
            .await?;
            Ok::<_, Error>(())
        })
        .await?;
    Ok(StartedFlow {
        flow: stored.flow,
        order,
    })
}

/// Adds to an instant; the far future at most.
pub fn after(instant: jiff::Timestamp, by: SignedDuration) -> jiff::Timestamp {
    instant
        .saturating_add(by)
        .expect("adding a duration to an instant saturates, it does not fail")
}
