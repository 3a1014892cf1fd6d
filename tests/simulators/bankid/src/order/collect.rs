//! The answer to collect. A terminal answer is given once.

use jiff::Timestamp;
use serde::Serialize;

use super::book::OrderBook;
use super::{Order, RelyingParty, State};
use crate::api::error::ApiError;
use crate::completion::CompletionData;

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectAnswer {
    pub order_ref: String,
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_data: Option<Box<CompletionData>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    Pending,
    Failed,
    Complete,
}

impl OrderBook {
    pub fn collect(
        &mut self,
        order_ref: &str,
        rp: &RelyingParty,
        now: Timestamp,
    ) -> Result<CollectAnswer, ApiError> {
        let order = self.owned(order_ref, rp, now)?;
        let order_ref = order.order_ref.clone();
        if let Some(hint_code) = order.shown_hint(now) {
            let hint_code = Some(hint_code);
            return Ok(CollectAnswer {
                order_ref,
                status: Status::Pending,
                hint_code,
                completion_data: None,
            });
        }
        match std::mem::replace(&mut order.state, State::Gone) {
            State::Failed { hint, .. } => {
                let hint_code = Some(hint);
                Ok(CollectAnswer {
                    order_ref,
                    status: Status::Failed,
                    hint_code,
                    completion_data: None,
                })
            }
            State::Complete { data, .. } => {
                let completion_data = Some(data);
                Ok(CollectAnswer {
                    order_ref,
                    status: Status::Complete,
                    hint_code: None,
                    completion_data,
                })
            }
            State::Waiting | State::Started { .. } | State::Opened { .. } | State::Gone => {
                Err(ApiError::no_such_order())
            }
        }
    }
}

impl Order {
    /// The hint of a pending order, or what the control port wants to be said.
    pub(super) fn shown_hint(&self, now: Timestamp) -> Option<String> {
        let hint = self.pending_hint(now)?;
        Some(self.forced_hint.clone().unwrap_or_else(|| hint.code().to_owned()))
    }
}
