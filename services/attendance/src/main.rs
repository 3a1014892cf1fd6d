//! The process of attendance.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::service::run::<attendance::Attendance>()
}
