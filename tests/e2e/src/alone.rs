//! One stack at a time: two of them on two cores would measure each other.

use std::fs::File;

use anyhow::Result;
use support::files;

/// Held by whoever runs a stack.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

/// Waits until no other test, of this process or another, runs a stack.
pub async fn alone() -> Result<Alone> {
    let lock = || files::lock(&files::run_folder().join("test/e2e.lock"));
    Ok(Alone {
        _lock: tokio::task::spawn_blocking(lock).await??,
    })
}
