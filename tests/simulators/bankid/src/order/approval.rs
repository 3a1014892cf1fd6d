//! Approving: whether the person may, as whom they sign and when they are done.

use jiff::{SignedDuration, Timestamp};

use super::book::OrderBook;
use super::phone::{Phone, PhoneError};
use super::{OrderSpec, RelyingParty, Start, State};
use crate::completion::CompletionData;
use crate::hint::FailedHint;
use crate::people::{People, Person, Risk, Scenario};

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

impl OrderBook {
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
