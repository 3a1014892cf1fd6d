//! The relying party API: what BankID answers over mutual TLS.

pub mod endpoint;
pub mod error;
pub mod handler;
pub mod limits;
pub mod requests;
pub mod server;
