//! The process of the gateway.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::stateless::run::<gateway::Gateway>()
}
