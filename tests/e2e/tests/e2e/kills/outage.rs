//! What a client may take for an outage, and asking again, which is allowed where a call is documented to be idempotent.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result};
use support::eventually::try_eventually;
use tonic::{Code, Status};

/// No outage of one process lasts longer.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Nobody answered, or somebody who says that others do not answer. What services say comes with details; what the
/// connection says does not.
pub fn is_outage(status: &Status) -> bool {
    status.details().is_empty() || matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded)
}

/// Asks until somebody answers.
pub async fn insist<T: Debug, C>(call: impl Fn() -> C) -> Result<Result<T, Status>>
where
    C: Future<Output = Result<T, Status>>,
{
    let settled = try_eventually(PATIENCE, || async {
        match call().await {
            Err(status) if is_outage(&status) => Err(status),
            answer => Ok(answer),
        }
    });
    settled.await.context("the outage does not end")
}
