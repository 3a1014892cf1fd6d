//! Bodies and views of the control port.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::requests::TextFormat;
use crate::order::{Order, OrderKind, Start, State};

/// A QR text, read by the phone of a person who may be named later.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScanBody {
    pub qr: String,
    pub person: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct AutoStartQuery {
    pub token: String,
    pub person: Option<String>,
}

/// Who acts, by key or personal number, and from where.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActBody {
    pub person: Option<String>,
    pub device_ip: Option<IpAddr>,
}

/// Find an order and act on it in one call.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PhoneBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_start_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_ref: Option<String>,
    pub person: String,
    pub action: PhoneAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_ip: Option<IpAddr>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PhoneAction {
    /// As if the camera had read the code on the screen right now; skips the check of the code.
    PickUp,
    Open,
    ConfirmCall,
    ReadDocument,
    #[default]
    Approve,
    Cancel,
    Decline,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HintBody {
    pub hint_code: String,
    /// Ends the order with the hint instead of showing it while pending.
    #[serde(default)]
    pub fails: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClockBody {
    pub offset_seconds: Option<i64>,
    pub advance_seconds: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockView {
    pub now: Timestamp,
    pub offset_seconds: i64,
}

/// An order as the device shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    pub order_ref: String,
    pub kind: String,
    pub status: String,
    pub hint_code: Option<String>,
    pub person: Option<String>,
    pub visible_text: Option<String>,
    pub is_markdown: bool,
    pub relying_party: String,
    pub return_url: Option<String>,
    pub started_by: Option<String>,
    pub created_at: Timestamp,
}

impl OrderView {
    pub fn of(order: &Order, now: Timestamp) -> Self {
        let (status, hint_code) = status_of(order, now);
        let text = order
            .spec
            .visible
            .as_deref()
            .and_then(|text| STANDARD.decode(text).ok());
        Self {
            order_ref: order.order_ref.clone(),
            kind: kind_name(order.spec.kind).to_owned(),
            status: status.to_owned(),
            hint_code,
            person: order.holder().map(str::to_owned),
            visible_text: text.and_then(|text| String::from_utf8(text).ok()),
            is_markdown: order.spec.format == Some(TextFormat::SimpleMarkdown),
            relying_party: order.rp.display_name.clone(),
            return_url: order.spec.return_url.clone(),
            started_by: start_of(order).map(str::to_owned),
            created_at: order.created,
        }
    }
}

fn status_of(order: &Order, now: Timestamp) -> (&'static str, Option<String>) {
    if let Some(hint) = order.pending_hint(now) {
        return (
            "pending",
            Some(
                order
                    .forced_hint
                    .clone()
                    .unwrap_or_else(|| hint.code().to_owned()),
            ),
        );
    }
    match &order.state {
        State::Failed { hint, .. } => ("failed", Some(hint.clone())),
        State::Complete { .. } => ("complete", None),
        State::Waiting | State::Started { .. } | State::Opened { .. } | State::Gone => ("gone", None),
    }
}

fn start_of(order: &Order) -> Option<&'static str> {
    let (State::Started { by } | State::Opened { by, .. }) = &order.state else {
        return None;
    };
    Some(match by {
        Start::Qr => "qr",
        Start::SameDevice => "autoStart",
        Start::Call => "call",
    })
}

fn kind_name(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Auth => "auth",
        OrderKind::Sign => "sign",
        OrderKind::Payment => "payment",
        OrderKind::OtherPayment => "otherPayment",
        OrderKind::PhoneAuth => "phoneAuth",
        OrderKind::PhoneSign => "phoneSign",
    }
}
