//! The orders as the person's device sees them: scanned, opened, approved, cancelled, declined.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::book::OrderBook;
use super::{Order, OrderSpec, RelyingParty, Start, State, Step};
use crate::completion::CompletionData;
use crate::hint::FailedHint;
use crate::people::{People, Person, Risk, Scenario};
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

/// What approving comes to.
#[derive(Debug)]
pub enum Judgement {
    /// The order has ended without a signature.
    Ended,
    Sign(Box<SigningJob>),
}

/// Everything needed to sign, taken out of the book so that signing holds no lock.
#[derive(Debug)]
pub struct SigningJob {
    pub rp: RelyingParty,
    pub spec: OrderSpec,
    pub signer: Person,
    pub by: Start,
    /// Later than now when the person is slow.
    pub done_at: Timestamp,
}

type Phone<T> = Result<T, PhoneError>;

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

    /// The person approves, with every step before it. Opens the order first where that is needed.
    pub fn judge(
        &mut self,
        order_ref: &str,
        person: Option<&Person>,
        people: &People,
        wrong_person: FailedHint,
        now: Timestamp,
    ) -> Phone<Judgement> {
        let order = self.pending(order_ref, now)?;
        if let Some(person) = person
            && order.holder() != Some(person.key.as_str())
        {
            self.open(order_ref, person, now)?;
        }
        let order = self.order(order_ref, now)?;
        let (by, holder) = match &order.state {
            State::Opened { by, person, .. } => (*by, person.clone()),
            State::Waiting => return Err(PhoneError::NotStarted),
            State::Started { .. } => return Err(PhoneError::NoPersonChosen),
            State::Failed { .. } => return Ok(Judgement::Ended),
            State::Complete { .. } | State::Gone => return Err(PhoneError::NotPending),
        };
        let person = people.find(&holder).ok_or(PhoneError::NoSuchPerson)?;
        let signer = signer_of(person, people)?;
        if let Some(hint) = refusal(&order.spec, person, signer, wrong_person) {
            order.fail(now, hint);
            return Ok(Judgement::Ended);
        }
        let done_at = now + delay_of(person);
        Ok(Judgement::Sign(Box::new(SigningJob {
            rp: order.rp.clone(),
            spec: order.spec.clone(),
            signer: signer.clone(),
            by,
            done_at,
        })))
    }

    /// Puts the signature into the order, unless it ended meanwhile or will end before the person is done.
    pub fn complete(&mut self, order_ref: &str, done_at: Timestamp, data: CompletionData, now: Timestamp) {
        let Ok(order) = self.pending(order_ref, now) else {
            return;
        };
        if matches!(order.state, State::Opened { .. }) && done_at < order.finish_before() {
            order.state = State::Complete {
                at: done_at,
                data: Box::new(data),
            };
        }
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

    fn pending(&mut self, order_ref: &str, now: Timestamp) -> Phone<&mut Order> {
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

fn signer_of<'a>(person: &'a Person, people: &'a People) -> Phone<&'a Person> {
    match &person.scenario {
        Scenario::WrongPerson { signs_as } => people.find(signs_as).ok_or(PhoneError::NoSuchPerson),
        Scenario::Normal
        | Scenario::Blocked
        | Scenario::TooOldApp
        | Scenario::Slow { .. }
        | Scenario::Risk { .. }
        | Scenario::CallDeclined
        | Scenario::Replaced => Ok(person),
    }
}

fn delay_of(person: &Person) -> SignedDuration {
    if let Scenario::Slow { seconds } = person.scenario {
        SignedDuration::from_secs(seconds)
    } else {
        SignedDuration::ZERO
    }
}

fn refusal(
    spec: &OrderSpec,
    person: &Person,
    signer: &Person,
    wrong_person: FailedHint,
) -> Option<FailedHint> {
    if spec.kind.is_phone() && person.scenario == Scenario::CallDeclined {
        return Some(FailedHint::UserDeclinedCall);
    }
    if signer.scenario == Scenario::Blocked {
        return Some(FailedHint::CertificateErr);
    }
    if spec
        .person_number()
        .is_some_and(|number| number != signer.personal_number)
    {
        return Some(wrong_person);
    }
    let policies = spec
        .requirement
        .certificate_policies
        .as_deref()
        .unwrap_or_default();
    if !policies.is_empty() && !policies.iter().any(|policy| allows(policy, signer.policy.oid())) {
        return Some(FailedHint::CertificateErr);
    }
    let is_too_risky = |accepted: Risk| signer.risk() > accepted;
    spec.requirement
        .risk
        .is_some_and(is_too_risky)
        .then_some(FailedHint::TransactionRiskBlocked)
}

fn allows(policy: &str, oid: &str) -> bool {
    policy
        .strip_suffix('*')
        .map_or(policy == oid, |prefix| oid.starts_with(prefix))
}

#[cfg(test)]
mod tests;
