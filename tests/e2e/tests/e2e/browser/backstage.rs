//! A door by which the tests in the browser have a process killed and started again, and ask what the database holds of a
//! month. One line in, one line out.

use anyhow::{Context as _, Result, bail};
use devstack::stack::Stack;
use sqlx::{Connection as _, PgConnection};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The answer to the last revision, and by what signature it was given.
const ANSWER: &str = "select concat_ws(' by ', answered.answer, approval.outcome)
    from month_reports report
    join month_answers answered on answered.month_report_id = report.month_report_id
        and answered.revision = report.latest_revision
    left join approvals approval on approval.signature_id = answered.signature_id
    where report.month_report_id = $1::uuid";

pub struct Backstage {
    listener: TcpListener,
}

impl Backstage {
    pub async fn open() -> Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(("127.0.0.1", 0)).await?,
        })
    }

    pub fn port(&self) -> Result<String> {
        Ok(self.listener.local_addr()?.port().to_string())
    }

    /// Does what is asked for, one thing at a time, as long as it is polled.
    pub async fn serve(&self, stack: &mut Stack) -> Result<()> {
        loop {
            let (stream, _from) = self.listener.accept().await?;
            // Whoever asked may be gone.
            drop(converse(stack, stream).await);
        }
    }
}

async fn converse(stack: &mut Stack, stream: TcpStream) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut order = String::new();
    stream.read_line(&mut order).await?;
    let answer = match obey(stack, order.trim()).await {
        Ok(answer) => answer,
        Err(error) => format!("failed: {error:#}"),
    };
    stream.get_mut().write_all(answer.as_bytes()).await?;
    Ok(stream.get_mut().shutdown().await?)
}

async fn obey(stack: &mut Stack, order: &str) -> Result<String> {
    let (verb, what) = order
        .split_once(' ')
        .context("an order is a verb and what it is about")?;
    match verb {
        "kill" => {
            stack.service(what)?.kill().await?;
            Ok("done".to_owned())
        }
        "start" => {
            stack.service(what)?.start_again().await?;
            Ok("done".to_owned())
        }
        "answer" => answer_to(stack, what).await,
        _ => bail!("nobody knows how to {verb}"),
    }
}

async fn answer_to(stack: &Stack, month_report_id: &str) -> Result<String> {
    let mut connection = PgConnection::connect(&stack.postgres.url("attendance")).await?;
    let answer = sqlx::query_scalar(ANSWER).bind(month_report_id);
    let answer: String = answer.fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer)
}
