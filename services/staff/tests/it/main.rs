//! staff in this process, with its own PostgreSQL database, real mutual TLS and a clock that stands still. identity is a
//! double of its contract with stored state; the real one is part of the end-to-end tests.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod account_lists;
mod accounts;
mod administrators;
mod agency;
mod golden;
mod grants;
mod invitations;
mod names;
mod nominations;
mod organisations;
mod personal_data;
mod register;
mod register_input;
mod stand;
