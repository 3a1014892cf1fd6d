//! The process of export.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::run::<export::Export>()
}
