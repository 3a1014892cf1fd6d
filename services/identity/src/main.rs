//! The process of identity: roles, runtime, configuration and shutdown are the platform's.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::run::<identity::Identity>()
}
