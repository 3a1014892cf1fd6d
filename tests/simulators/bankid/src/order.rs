//! One order: what was asked for, how far it has come, and what the passing of time does to it.

pub mod approval;
pub mod book;
pub mod collect;
pub mod phone;

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::api::requests::{Requirement, TextFormat};
use crate::completion::CompletionData;
use crate::hint::{FailedHint, PendingHint};

/// Time to start the app or scan the code.
const START_WITHIN: SignedDuration = SignedDuration::from_secs(30);
/// Time to finish.
const FINISH_WITHIN: SignedDuration = SignedDuration::from_secs(180);
/// A completed order waits this long to be collected, then it has expired.
const COMPLETE_FOR: SignedDuration = SignedDuration::from_secs(180);
/// A failed order can be collected this long.
const FAILED_FOR: SignedDuration = SignedDuration::from_secs(300);
/// An order that nobody started is gone this long after it was made.
const UNSTARTED_FOR: SignedDuration = SignedDuration::from_secs(190);
/// An order for a called person is announced as "no client" after this long.
const CLIENT_EXPECTED_WITHIN: SignedDuration = SignedDuration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKind {
    Auth,
    Sign,
    Payment,
    OtherPayment,
    PhoneAuth,
    PhoneSign,
}

/// A request that passed every check.
#[derive(Debug, Clone)]
pub struct OrderSpec {
    pub kind: OrderKind,
    pub end_user_ip: Option<IpAddr>,
    /// Whom a phone order is for.
    pub called_person: Option<String>,
    /// Base64 as sent; the signature holds the very same characters.
    pub visible: Option<String>,
    pub hidden: Option<String>,
    pub format: Option<TextFormat>,
    pub return_url: Option<String>,
    pub returns_risk: bool,
    pub requirement: Requirement,
}

/// The RP as its client certificate names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// SHA-256 of the certificate; orders belong to it.
    pub fingerprint: String,
    pub subject: String,
    pub display_name: String,
}

#[derive(Debug, Clone)]
pub struct Tokens {
    pub auto_start: String,
    pub qr_start: String,
    pub qr_secret: String,
}

#[derive(Debug)]
#[expect(
    clippy::struct_field_names,
    reason = "orderRef is BankID's own word for the id"
)]
pub struct Order {
    pub order_ref: String,
    pub rp: RelyingParty,
    pub spec: OrderSpec,
    pub tokens: Tokens,
    pub created: Timestamp,
    pub state: State,
    /// Set on the control port: answered instead of the true hint while pending.
    pub forced_hint: Option<String>,
}

#[derive(Debug)]
pub enum State {
    /// No client has the order.
    Waiting,
    /// A client has it, no person chosen yet.
    Started { by: Start },
    /// It lies before this person.
    Opened { by: Start, person: String, step: Step },
    /// Failed; usually with a known hint, the control port may set any.
    Failed {
        at: Timestamp,
        hint: String,
        was_started: bool,
    },
    /// Approved; `at` lies ahead when the person is slow.
    Complete {
        at: Timestamp,
        data: Box<CompletionData>,
    },
    /// Collected, cancelled or too old.
    Gone,
}

/// How the client got the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Qr,
    SameDevice,
    /// The person opened the app during a call.
    Call,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    ConfirmCall,
    ReadDocument,
    Sign,
}

impl OrderKind {
    pub fn is_signature(self) -> bool {
        matches!(self, Self::Sign | Self::PhoneSign)
    }

    pub fn is_phone(self) -> bool {
        matches!(self, Self::PhoneAuth | Self::PhoneSign)
    }

    /// Started by token or code; the others reach the person through the personal number.
    pub fn starts_by_token(self) -> bool {
        matches!(self, Self::Auth | Self::Sign | Self::Payment)
    }
}

impl OrderSpec {
    /// The only person who may approve, when one was named.
    pub fn person_number(&self) -> Option<&str> {
        self.called_person
            .as_deref()
            .or(self.requirement.personal_number.as_deref())
    }

    pub fn needs_document(&self) -> bool {
        self.requirement.mrtd == Some(true)
    }

    pub fn first_step(&self) -> Step {
        if self.kind.is_phone() {
            Step::ConfirmCall
        } else {
            self.step_after_call()
        }
    }

    pub fn step_after_call(&self) -> Step {
        if self.needs_document() {
            Step::ReadDocument
        } else {
            Step::Sign
        }
    }
}

impl Order {
    pub fn is_pending(&self, now: Timestamp) -> bool {
        match &self.state {
            State::Waiting | State::Started { .. } | State::Opened { .. } => true,
            State::Complete { at, .. } => now < *at,
            State::Failed { .. } | State::Gone => false,
        }
    }

    pub fn finish_before(&self) -> Timestamp {
        self.created + FINISH_WITHIN
    }

    pub fn age_seconds(&self, now: Timestamp) -> i64 {
        now.duration_since(self.created).as_secs()
    }

    pub fn fail(&mut self, at: Timestamp, hint: FailedHint) {
        self.fail_with(at, hint.code());
    }

    pub fn fail_with(&mut self, at: Timestamp, hint: &str) {
        let was_started = !matches!(self.state, State::Waiting);
        self.state = State::Failed {
            at,
            hint: hint.to_owned(),
            was_started,
        };
    }

    /// Whose device shows the order right now.
    pub fn holder(&self) -> Option<&str> {
        if let State::Opened { person, .. } = &self.state {
            Some(person)
        } else {
            None
        }
    }

    /// Lets time pass: unstarted, unfinished and uncollected orders end by themselves.
    pub fn settle(&mut self, now: Timestamp) {
        let start_before = self.created + START_WITHIN;
        let finish_before = self.finish_before();
        match &self.state {
            State::Waiting if self.spec.kind.starts_by_token() && now >= start_before => {
                self.fail(start_before, FailedHint::StartFailed);
            }
            State::Waiting | State::Started { .. } | State::Opened { .. } if now >= finish_before => {
                self.fail(finish_before, FailedHint::ExpiredTransaction);
            }
            State::Complete { at, .. } if now >= *at + COMPLETE_FOR => {
                let collect_before = *at + COMPLETE_FOR;
                self.fail(collect_before, FailedHint::ExpiredTransaction);
            }
            State::Waiting
            | State::Started { .. }
            | State::Opened { .. }
            | State::Complete { .. }
            | State::Failed { .. }
            | State::Gone => {}
        }
        let gone_at = self.gone_at();
        if gone_at.is_some_and(|gone_at| now >= gone_at) {
            self.state = State::Gone;
        }
    }

    /// The true hint while pending.
    pub fn pending_hint(&self, now: Timestamp) -> Option<PendingHint> {
        match &self.state {
            State::Waiting if self.spec.kind.starts_by_token() => Some(PendingHint::OutstandingTransaction),
            State::Waiting if now < self.created + CLIENT_EXPECTED_WITHIN => {
                Some(PendingHint::OutstandingTransaction)
            }
            State::Waiting => Some(PendingHint::NoClient),
            State::Started { .. } => Some(PendingHint::Started),
            State::Opened {
                step: Step::ConfirmCall,
                ..
            } => Some(PendingHint::UserCallConfirm),
            State::Opened {
                step: Step::ReadDocument,
                ..
            } => Some(PendingHint::UserMrtd),
            State::Opened { step: Step::Sign, .. } => Some(PendingHint::UserSign),
            State::Complete { at, .. } if now < *at => Some(PendingHint::UserSign),
            State::Complete { .. } | State::Failed { .. } | State::Gone => None,
        }
    }

    fn gone_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Failed {
                was_started: false, ..
            } => Some(self.created + UNSTARTED_FOR),
            State::Failed { at, .. } => Some(*at + FAILED_FOR),
            State::Waiting
            | State::Started { .. }
            | State::Opened { .. }
            | State::Complete { .. }
            | State::Gone => None,
        }
    }
}
