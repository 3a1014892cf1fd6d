//! Identity in this process: real PostgreSQL, a BankID over mutual TLS, message services, and callers with certificates.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod clients;
mod config;
mod contacts;
mod flows;
mod invitations;
mod notices;
mod operations;
mod persons;
mod sessions;
mod sign_in;
mod sign_in_judged;
mod signing;
mod stand;
mod subject;
