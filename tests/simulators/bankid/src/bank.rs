//! The bank behind both doors: orders, people, certificates, faults and the clock, shared by the RP API and the
//! phone. Locks are held for short looks and never while signing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;

use crate::api::error::ApiError;
use crate::clock::{Clock, ShiftedClock};
use crate::completion;
use crate::entropy::Entropy;
use crate::fault::Faults;
use crate::hint::FailedHint;
use crate::order::approval::Judgement;
use crate::order::book::OrderBook;
use crate::order::collect::CollectAnswer;
use crate::order::phone::PhoneError;
use crate::order::{Order, OrderSpec, RelyingParty, Tokens};
use crate::people::{People, Person};
use crate::pki::leaf::SignaturePki;

pub struct Bank {
    pub clock: ShiftedClock,
    pub faults: Faults,
    pub body_timeout: Duration,
    pub wrong_person: FailedHint,
    pub(crate) entropy: Entropy,
    pub(crate) signature: SignaturePki,
    pub(crate) original_people: People,
    pub(crate) people: Mutex<People>,
    pub(crate) orders: Mutex<OrderBook>,
    pub(crate) hands: Hands,
}

/// One lock per person, for a person does one thing at a time. Without it a person who approves many orders at
/// once would replace them with one another.
#[derive(Default)]
pub struct Hands(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// The answer to a start, by how the order reaches the person.
pub enum StartAnswer {
    WithTokens(TokensAnswer),
    Reference(ReferenceAnswer),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokensAnswer {
    order_ref: String,
    auto_start_token: String,
    qr_start_token: String,
    qr_start_secret: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceAnswer {
    order_ref: String,
}

impl Hands {
    pub async fn of(&self, person: &Person) -> tokio::sync::OwnedMutexGuard<()> {
        let hands = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(person.key.clone()).or_default())
        };
        hands.lock_owned().await
    }
}

impl Bank {
    pub fn start(&self, spec: OrderSpec, rp: &RelyingParty) -> Result<StartAnswer, ApiError> {
        let now = self.now();
        let order_ref = self.entropy.uuid().to_string();
        let tokens = Tokens {
            auto_start: self.entropy.uuid().to_string(),
            qr_start: self.entropy.uuid().to_string(),
            qr_secret: self.entropy.uuid().to_string(),
        };
        let named = spec.person_number().and_then(|number| self.person(number).ok());
        let has_tokens = spec.kind.starts_by_token();
        let order = Order::new(order_ref.clone(), rp.clone(), spec, tokens.clone(), now);
        self.orders().start(order, named.as_ref(), now)?;
        if !has_tokens {
            return Ok(StartAnswer::Reference(ReferenceAnswer { order_ref }));
        }
        Ok(StartAnswer::WithTokens(TokensAnswer {
            order_ref,
            auto_start_token: tokens.auto_start,
            qr_start_token: tokens.qr_start,
            qr_start_secret: tokens.qr_secret,
        }))
    }

    pub fn collect(&self, order_ref: &str, rp: &RelyingParty) -> Result<CollectAnswer, ApiError> {
        self.orders().collect(order_ref, rp, self.now())
    }

    pub fn cancel(&self, order_ref: &str, rp: &RelyingParty) -> Result<(), ApiError> {
        self.orders().cancel(order_ref, rp, self.now())
    }

    /// The person approves. Signs outside the lock; blocks while an RSA key is made.
    pub fn approve(&self, order_ref: &str, person: Option<&Person>, device_ip: Option<IpAddr>) -> Result<()> {
        let people = self.people().clone();
        let judged = self
            .orders()
            .judge(order_ref, person, &people, self.wrong_person, self.now())?;
        let Judgement::Sign(job) = judged else {
            return Ok(());
        };
        let data = completion::produce(&job, device_ip, &self.signature, &self.entropy, self.now())?;
        self.orders().complete(order_ref, job.done_at, data, self.now());
        Ok(())
    }

    pub fn person(&self, key_or_number: &str) -> Result<Person, PhoneError> {
        self.people()
            .find(key_or_number)
            .cloned()
            .ok_or(PhoneError::NoSuchPerson)
    }

    /// Forgets orders, faults, changed scenarios and the shift of the clock.
    pub fn reset(&self) {
        self.orders().clear();
        self.faults.clear();
        *self.people() = self.original_people.clone();
        self.clock.set_shift(0);
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn orders(&self) -> MutexGuard<'_, OrderBook> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
