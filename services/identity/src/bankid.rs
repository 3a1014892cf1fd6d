//! BankID's interface for relying parties, version 6: our own client over mutual TLS. It sends exactly what the interface
//! asks for, bears with fields and words it does not know, and never repeats an order by itself.

mod client;
mod config;
mod error;
mod hint;
mod risk;
mod wire;

pub use client::{BankidClient, Order, OrderRequest, SignContent};
pub use config::{BankidConfig, VisibleTexts};
pub use error::BankidError;
pub use hint::{FailedHint, PendingHint};
pub use risk::Risk;
pub use wire::{Collected, Completion, CompletionUser};
