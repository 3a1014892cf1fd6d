//! What `make run` shows once everything is up.

use anyhow::Result;
use tokio::io::AsyncWriteExt;

use crate::stack::Stack;

/// Prints where everything answers.
pub async fn run(stack: &Stack) -> Result<()> {
    let lines = stack
        .addresses()
        .into_iter()
        .map(|(what, address)| format!("  {what:<28} {address}\n"));
    let mut out = tokio::io::stdout();
    out.write_all(format!("\n{}\n", lines.collect::<String>()).as_bytes())
        .await?;
    Ok(out.flush().await?)
}
