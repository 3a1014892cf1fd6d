//! A panic leaves its place in the log and nothing else: the text of a panic may quote the value that caused it.

use std::io::Write;
use std::panic::{Location, PanicHookInfo};

/// Replaces the standard message on standard error, payload and all, by the place alone. The first thing a process
/// does, so that no panic ever speaks.
pub fn tell_location_only() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(Location::to_string).unwrap_or_default();
    if tracing::dispatcher::has_been_set() {
        let thread = std::thread::current();
        tracing::error!(location, thread = thread.name(), "panic");
    } else {
        // Nobody can be told when even this fails.
        let _ = writeln!(std::io::stderr(), "panic at {location}");
    }
}
