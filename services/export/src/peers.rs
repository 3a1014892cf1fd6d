//! Calls to others: consent, which lets rows leave, and identity, which knows numbers. Never made inside a transaction.

pub mod consent;
pub mod identity;
