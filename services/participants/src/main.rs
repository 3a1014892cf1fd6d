//! The process of participants.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::run::<participants::Participants>()
}
