//! The table against the sources it is about, and whole runs in a workspace small enough to be built in a moment.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod small;
mod table;
mod verdicts;
