//! No image of the process's memory is ever written: it holds keys, tokens and, in transit, people's numbers. Neither a
//! file is made nor a program fed that collects such images, whatever the machine is set to.

use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};

/// Forbids core dumps for the rest of the process's life. Fails on a kernel that knows none of it.
pub(super) fn forbid() -> Result<(), nix::Error> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    // The limit above counts for files; a collecting program is fed all the same unless this forbids it.
    set_dumpable(false)
}
