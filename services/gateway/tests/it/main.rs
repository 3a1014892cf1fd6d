//! The gateway in this process, on free ports. The services behind it are doubles of the contract that stand behind the
//! platform's real gate: mutual TLS, tokens and call policies are the genuine ones.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod binary;
mod cookies;
mod documentation;
mod drain;
mod idle;
mod json;
mod limits;
mod own_data;
mod pages;
mod problems;
mod stand;
mod streams;
mod suppliers;
