//! The process of consent.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::run::<consent::Consent>()
}
