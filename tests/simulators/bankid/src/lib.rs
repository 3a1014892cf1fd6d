//! A local BankID: the relying party API v6.0 over mutual TLS with its own certificates, and a control port that
//! plays the phone. Orders live and die by the clock as the real ones do, and every completed order carries a
//! genuine XML signature and OCSP response, so the production client runs against it unchanged.

mod api;
mod bank;
mod clock;
mod completion;
mod control;
mod entropy;
mod environment;
mod fault;
mod hint;
mod order;
mod people;
mod pki;
pub mod qr;
mod simulator;

pub use api::endpoint::Endpoint;
pub use clock::{Clock, ManualClock, SystemClock};
pub use control::requests::{OrderView, PhoneAction, PhoneBody};
pub use entropy::Entropy;
pub use environment::refuse_production;
pub use fault::{Effect, Fault, When};
pub use hint::{FailedHint, PendingHint};
pub use people::{People, Person, Policy, Risk, Scenario};
pub use pki::Files;
pub use simulator::{Config, Simulator};
