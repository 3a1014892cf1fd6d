//! All orders, as the relying parties see them: start, collect and cancel.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{Order, OrderSpec, RelyingParty, State, Tokens};
use crate::api::error::ApiError;
use crate::hint::FailedHint;
use crate::people::Person;

/// Above this many, old orders that can no longer be collected are forgotten.
const KEPT_ORDERS: usize = 4_096;
/// An order's page on the control port says what became of it for this long after it was made.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Default)]
pub struct OrderBook {
    pub(super) orders: HashMap<String, Order>,
}

impl OrderBook {
    /// Records a new order. When the named person has one running already, that one is aborted and none is made.
    pub fn start(&mut self, order: Order, named: Option<&Person>, now: Timestamp) -> Result<(), ApiError> {
        self.forget_old(now);
        if let Some(person) = named
            && self.abort_running(person, None, now)
        {
            return Err(ApiError::already_in_progress());
        }
        if named.is_none() && self.abort_running_for_number(&order.spec, now) {
            return Err(ApiError::already_in_progress());
        }
        self.orders.insert(order.order_ref.clone(), order);
        Ok(())
    }

    /// The order as it stands now, if it belongs to the caller and can still be collected.
    pub fn owned(
        &mut self,
        order_ref: &str,
        rp: &RelyingParty,
        now: Timestamp,
    ) -> Result<&mut Order, ApiError> {
        let order = self
            .orders
            .get_mut(order_ref)
            .ok_or_else(ApiError::no_such_order)?;
        order.settle(now);
        if order.rp.fingerprint != rp.fingerprint || matches!(order.state, State::Gone) {
            return Err(ApiError::no_such_order());
        }
        Ok(order)
    }

    /// Ends a pending order on the RP's behalf. Cancelling twice, or too late, is an error.
    pub fn cancel(&mut self, order_ref: &str, rp: &RelyingParty, now: Timestamp) -> Result<(), ApiError> {
        let order = self.owned(order_ref, rp, now)?;
        if !order.is_pending(now) {
            return Err(ApiError::no_such_order());
        }
        order.state = State::Gone;
        Ok(())
    }

    pub fn clear(&mut self) {
        self.orders.clear();
    }

    /// Fails every running order of the person except `but`; true when there was one.
    pub(super) fn abort_running(&mut self, person: &Person, but: Option<&str>, now: Timestamp) -> bool {
        self.abort(but, now, |order| order.concerns(person))
    }

    /// The same for a number that is not in the cast.
    fn abort_running_for_number(&mut self, spec: &OrderSpec, now: Timestamp) -> bool {
        let Some(number) = spec.person_number() else {
            return false;
        };
        self.abort(None, now, |order| order.spec.person_number() == Some(number))
    }

    fn abort(&mut self, but: Option<&str>, now: Timestamp, concerned: impl Fn(&Order) -> bool) -> bool {
        let mut any = false;
        for order in self.orders.values_mut() {
            order.settle(now);
            if order.is_pending(now) && but != Some(order.order_ref.as_str()) && concerned(order) {
                order.fail(now, FailedHint::Cancelled);
                any = true;
            }
        }
        any
    }

    fn forget_old(&mut self, now: Timestamp) {
        if self.orders.len() < KEPT_ORDERS {
            return;
        }
        self.orders.retain(|_, order| {
            order.settle(now);
            !matches!(order.state, State::Gone) || now < order.created + KEPT_FOR
        });
    }
}

impl Order {
    pub fn new(order_ref: String, rp: RelyingParty, spec: OrderSpec, tokens: Tokens, now: Timestamp) -> Self {
        Self {
            order_ref,
            rp,
            spec,
            tokens,
            created: now,
            state: State::Waiting,
            forced_hint: None,
        }
    }

    /// Whether the order was made for the person or lies before them.
    fn concerns(&self, person: &Person) -> bool {
        let is_named = self.spec.person_number() == Some(person.personal_number.as_str());
        let is_signer = if let State::Complete { data, .. } = &self.state {
            data.user.personal_number == person.personal_number
        } else {
            self.holder() == Some(person.key.as_str())
        };
        is_named || is_signer
    }
}

#[cfg(test)]
pub(super) mod tests;
