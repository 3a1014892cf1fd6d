//! A panic leaves its place in the log and nothing else: the text of a panic may quote the value that caused it.

use std::panic::{Location, PanicHookInfo};

/// Replaces the standard message on standard error, payload and all, by one log line.
pub(super) fn log_location_only() {
    std::panic::set_hook(Box::new(log));
}

fn log(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(Location::to_string).unwrap_or_default();
    let thread = std::thread::current();
    tracing::error!(location, thread = thread.name(), "panic");
}
