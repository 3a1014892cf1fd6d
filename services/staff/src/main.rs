//! The process of staff.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::run::<staff::Staff>()
}
