//! attendance in this process, with its own PostgreSQL database, real mutual TLS and a clock that stands still. identity
//! and staff are doubles of their contracts; the records of others are handed to the handlers.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod additions;
mod answers;
mod callers;
mod catalogue;
mod drafts;
mod golden;
mod hours_files;
mod lists;
mod own_revisions;
mod payments;
mod races;
mod records;
mod remarks;
mod rollout;
mod stand;
mod subject;
mod submissions;
