//! A flow as the browser sees it: its state, what to show, and the QR code of this second. Order reference and QR secret
//! stay here.

use jiff::Timestamp;
use proto::identity::v1 as pb;

use crate::bankid::Order;
use crate::domain::flow::{Flow, FlowState};
use crate::domain::ids::FlowId;
use crate::domain::portal::Device;
use crate::domain::qr::qr_text;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::flows::StoredFlow;
use crate::store::sealing::{FLOW_ORDER, open};

/// What the browser sees.
#[derive(Clone, PartialEq, Eq)]
pub struct FlowView {
    /// Id.
    pub flow_id: FlowId,
    /// How far it has come.
    pub state: FlowState,
    /// Text of the QR code of this second; empty when there is none to show.
    pub qr_text: String,
    /// Token of the start link; empty when there is nothing to start.
    pub autostart_token: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

impl FlowView {
    /// The flow as it looks at the instant.
    pub fn of(flow: &Flow, order: &Order, now: Timestamp) -> Self {
        let (qr_text, autostart_token) = match (flow.waits_for_app(), flow.device) {
            (false, _) => (String::new(), String::new()),
            (true, Device::Other) => {
                let elapsed = flow.elapsed_seconds(now);
                (
                    qr_text(&order.qr_start_token, &order.qr_start_secret, elapsed),
                    String::new(),
                )
            }
            (true, Device::SameComputer | Device::SameMobile) => {
                (String::new(), order.auto_start_token.clone())
            }
        };
        Self {
            flow_id: flow.flow_id,
            state: flow.state,
            qr_text,
            autostart_token,
            expires_at: flow.expires_at,
        }
    }

    /// A stored flow as it looks now.
    pub fn stored(parts: &Parts, stored: &StoredFlow) -> Result<Self> {
        let order: Order = open(
            &parts.keys,
            FLOW_ORDER,
            stored.flow.flow_id.as_uuid(),
            &stored.order,
        )?;
        Ok(Self::of(&stored.flow, &order, parts.now()))
    }

    /// What to show.
    pub fn message(&self) -> pb::BankidMessage {
        self.state.message()
    }
}
