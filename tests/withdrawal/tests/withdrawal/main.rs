//! consent and export together in this process, with their databases, the broker and the recipients: what leaves while
//! people withdraw is judged by what the recipients opened.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod crowd;
mod pace;
mod race;
mod stand;
