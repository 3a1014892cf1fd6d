//! The orders as the person's device sees them: scanned, opened, approved, cancelled, declined.

use jiff::Timestamp;
use thiserror::Error;

use super::book::OrderBook;
use super::{Order, Start, State, Step};
use crate::hint::FailedHint;
use crate::people::{Person, Scenario};
use crate::qr::{QrError, QrText};

/// Why the device could not do what the person wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneError {
    #[error("no such order")]
    NoSuchOrder,
    #[error("no such test person")]
    NoSuchPerson,
    #[error("the order has not been scanned or started yet")]
    NotStarted,
    #[error("the order was started already")]
    AlreadyStarted,
    #[error("the order is for somebody else's phone")]
    NotVisible,
    #[error("the order is no longer pending")]
    NotPending,
    #[error("choose a test person first")]
    NoPersonChosen,
    #[error("the order is not at that step")]
    WrongStep,
    #[error(transparent)]
    Qr(#[from] QrError),
}

pub type Phone<T> = Result<T, PhoneError>;

impl OrderBook {
    /// Reads a QR code; the order lies on the device after it.
    pub fn scan(&mut self, text: &str, now: Timestamp) -> Phone<String> {
        let code = QrText::parse(text)?;
        let order = self.by_token(now, |order| order.tokens.qr_start == code.token)?;
        code.verify(&order.tokens.qr_secret, order.age_seconds(now))?;
        order.begin(Start::Qr)
    }

    /// As if the code on the screen had been read this instant. For people who have no QR text to paste.
    pub fn pick_up(&mut self, order_ref: &str, now: Timestamp) -> Phone<String> {
        let order = self.pending(order_ref, now)?;
        if !order.spec.kind.starts_by_token() {
            return Err(PhoneError::WrongStep);
        }
        order.begin(Start::Qr)
    }

    /// Starts the app on the same device with the token of the start URL.
    pub fn autostart(&mut self, token: &str, now: Timestamp) -> Phone<String> {
        let order = self.by_token(now, |order| order.tokens.auto_start == token)?;
        order.begin(Start::SameDevice)
    }

    /// The person looks at the order. Whatever else of theirs is running is replaced by it.
    pub fn open(&mut self, order_ref: &str, person: &Person, now: Timestamp) -> Phone<()> {
        let order = self.pending(order_ref, now)?;
        let by = order.start_for(person)?;
        let first_step = order.spec.first_step();
        self.abort_running(person, Some(order_ref), now);
        let order = self.pending(order_ref, now)?;
        order.state = State::Opened {
            by,
            person: person.key.clone(),
            step: first_step,
        };
        match person.scenario {
            Scenario::TooOldApp => order.fail(now, FailedHint::NotSupportedByUserApp),
            Scenario::Replaced => order.fail(now, FailedHint::Cancelled),
            Scenario::Normal
            | Scenario::Blocked
            | Scenario::Slow { .. }
            | Scenario::Risk { .. }
            | Scenario::CallDeclined
            | Scenario::WrongPerson { .. } => {}
        }
        Ok(())
    }

    /// The person says yes to the step they are at and stays on the order.
    pub fn pass_step(&mut self, order_ref: &str, passed: Step, now: Timestamp) -> Phone<()> {
        let order = self.pending(order_ref, now)?;
        let after_call = order.spec.step_after_call();
        let State::Opened { step, .. } = &mut order.state else {
            return Err(PhoneError::NotStarted);
        };
        if *step != passed {
            return Err(PhoneError::WrongStep);
        }
        *step = if passed == Step::ConfirmCall {
            after_call
        } else {
            Step::Sign
        };
        Ok(())
    }

    /// The person presses cancel.
    pub fn cancel_by_person(
        &mut self,
        order_ref: &str,
        person: Option<&Person>,
        now: Timestamp,
    ) -> Phone<()> {
        let order = self.pending(order_ref, now)?;
        if let Some(person) = person {
            order.start_for(person)?;
        } else if matches!(order.state, State::Waiting) {
            return Err(PhoneError::NotStarted);
        }
        order.fail(now, FailedHint::UserCancel);
        Ok(())
    }

    /// The person says that they are not in a call with the RP.
    pub fn decline_call(&mut self, order_ref: &str, person: Option<&Person>, now: Timestamp) -> Phone<()> {
        let order = self.pending(order_ref, now)?;
        if !order.spec.kind.is_phone() {
            return Err(PhoneError::WrongStep);
        }
        if let Some(person) = person {
            order.start_for(person)?;
        }
        order.fail(now, FailedHint::UserDeclinedCall);
        Ok(())
    }

    /// Makes collect say any hint while pending, or ends the order with any hint.
    pub fn force(&mut self, order_ref: &str, hint: &str, fails: bool, now: Timestamp) -> Phone<()> {
        let order = self.pending(order_ref, now)?;
        if fails {
            order.fail_with(now, hint);
        } else {
            order.forced_hint = Some(hint.to_owned());
        }
        Ok(())
    }

    pub fn order(&mut self, order_ref: &str, now: Timestamp) -> Phone<&mut Order> {
        let order = self.orders.get_mut(order_ref).ok_or(PhoneError::NoSuchOrder)?;
        order.settle(now);
        Ok(order)
    }

    /// All orders, newest first.
    pub fn all(&mut self, now: Timestamp) -> Vec<&Order> {
        self.orders.values_mut().for_each(|order| order.settle(now));
        let mut orders: Vec<&Order> = self.orders.values().collect();
        orders.sort_by_key(|order| std::cmp::Reverse(order.created));
        orders
    }

    pub(super) fn pending(&mut self, order_ref: &str, now: Timestamp) -> Phone<&mut Order> {
        let order = self.order(order_ref, now)?;
        if order.is_pending(now) {
            Ok(order)
        } else {
            Err(PhoneError::NotPending)
        }
    }

    fn by_token(&mut self, now: Timestamp, matches: impl Fn(&Order) -> bool) -> Phone<&mut Order> {
        let order = self
            .orders
            .values_mut()
            .find(|order| order.spec.kind.starts_by_token() && matches(order));
        let order = order.ok_or(PhoneError::NoSuchOrder)?;
        order.settle(now);
        if order.is_pending(now) {
            Ok(order)
        } else {
            Err(PhoneError::NotPending)
        }
    }
}

impl Order {
    fn begin(&mut self, by: Start) -> Phone<String> {
        if !matches!(self.state, State::Waiting) {
            return Err(PhoneError::AlreadyStarted);
        }
        self.state = State::Started { by };
        Ok(self.order_ref.clone())
    }

    /// How the person got the order, or why they cannot see it.
    fn start_for(&self, person: &Person) -> Phone<Start> {
        match &self.state {
            State::Opened { by: Start::Call, .. } | State::Waiting if self.spec.called_person.is_some() => {
                let is_called = self.spec.called_person.as_deref() == Some(person.personal_number.as_str());
                if is_called {
                    Ok(Start::Call)
                } else {
                    Err(PhoneError::NotVisible)
                }
            }
            State::Started { by } | State::Opened { by, .. } => Ok(*by),
            State::Waiting => Err(PhoneError::NotStarted),
            State::Complete { .. } | State::Failed { .. } | State::Gone => Err(PhoneError::NotPending),
        }
    }
}

#[cfg(test)]
mod tests;
