//! A small SMTP server (RFC 5321) without delivery: enough for every client that sends one message to a few recipients,
//! with the size limit, order of commands and dot-stuffing of the real thing.

mod message;
mod session;

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::mailbox::Mailbox;
use crate::switches::{Mode, Switches};
use session::{Next, Session};

/// The size of the largest message taken, announced to clients.
pub const LARGEST_MESSAGE: usize = 1 << 20;
const LONGEST_LINE: u64 = 4096;

/// Takes connections until the listener fails.
pub async fn serve(listener: TcpListener, mailbox: Mailbox, switches: Switches) -> Result<()> {
    let mut sessions = JoinSet::new();
    loop {
        let (socket, _from) = listener.accept().await?;
        while sessions.try_join_next().is_some() {}
        let (mailbox, switches) = (mailbox.clone(), switches.clone());
        sessions.spawn(async move {
            if let Err(error) = converse(socket, mailbox, switches).await {
                tracing::debug!(%error, "a mail session broke off");
            }
        });
    }
}

async fn converse(socket: TcpStream, mailbox: Mailbox, switches: Switches) -> Result<()> {
    let mut stream = BufReader::new(socket);
    let switch = switches.mail();
    switch.delay().await;
    if switch.mode == Mode::Down {
        stream
            .write_all(b"421 localhost out of order, try again later\r\n")
            .await?;
        return Ok(());
    }
    stream.write_all(b"220 localhost messages simulator\r\n").await?;
    let mut session = Session::new(mailbox);
    loop {
        let mut line = Vec::new();
        if (&mut stream)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await?
            == 0
        {
            return Ok(());
        }
        let switch = switches.mail();
        switch.delay().await;
        let (reply, next) = session.take(&line, switch.mode);
        stream.write_all(reply.as_bytes()).await?;
        if next == Next::Hang {
            return Ok(());
        }
    }
}
