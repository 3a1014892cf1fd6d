//! Waiting until a started process answers, by its TCP port or its health page; a process that ends meanwhile is
//! reported at once with the end of its log instead of at the deadline.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::net::TcpStream;

use crate::eventually::try_eventually;
use crate::process::Process;

/// Waits until the port accepts connections.
pub async fn tcp(process: &mut Process, address: SocketAddr, deadline: Duration) -> Result<()> {
    wait(process, deadline, || async move {
        TcpStream::connect(address)
            .await
            .with_context(|| format!("{address} does not answer"))?;
        Ok(())
    })
    .await
}

/// Waits until the page answers 200.
pub async fn http(process: &mut Process, url: &str, deadline: Duration) -> Result<()> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(2))
        .build()?;
    wait(process, deadline, || async {
        let answer = client
            .get(url)
            .send()
            .await
            .with_context(|| format!("{url} does not answer"))?;
        ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
        Ok(())
    })
    .await
}

/// Waits for a condition of a process; ends early when the process has ended.
pub async fn wait<F, Fut>(process: &mut Process, deadline: Duration, mut condition: F) -> Result<()>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let name = process.name().to_owned();
    let process = Mutex::new(process);
    let has_ended = || {
        let mut process = process.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        process.ensure_running().err()
    };
    let outcome = try_eventually(deadline, || {
        let attempt = condition();
        let ended = has_ended();
        async move {
            match ended {
                Some(error) => Ok(Err(error)),
                None => attempt.await.map(Ok),
            }
        }
    })
    .await;
    outcome.with_context(|| format!("{name} is not ready"))?
}
