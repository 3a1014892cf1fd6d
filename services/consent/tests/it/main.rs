//! consent in this process, with its own PostgreSQL database, real mutual TLS and a clock that stands still. identity and
//! staff are doubles of their contracts; what Kafka brings is handed to the handlers in the order a test wants.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod consents;
mod disclosures;
mod explain;
mod golden;
mod ledger;
mod overlaps;
mod projections;
mod race;
mod stand;
mod subject;
mod withdrawals;
