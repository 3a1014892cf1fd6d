//! What identity's database says about sessions, held against what browsers were told and phones approved.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display};

use anyhow::{Context, Result, ensure};
use e2e::world::World;
use proto::identity::v1::BankidMessage;
use sqlx::{Connection as _, PgConnection};

use super::log_in::{Approved, LogIn};

const SERVICE: &str = "identity";

/// The sessions by flow.
pub struct Books {
    sessions: HashMap<String, Vec<String>>,
}

/// What became of the log-ins.
#[derive(Debug, Default)]
pub struct Balance {
    log_ins: usize,
    sessions: usize,
    /// Results that BankID told and identity did not commit.
    lost: usize,
    /// Ended without the person having approved anything.
    not_approved: usize,
}

impl Books {
    pub async fn open(world: &World) -> Result<Self> {
        let url = world.stack.postgres.url_of(&format!("{SERVICE}_owner"), SERVICE);
        let mut connection = PgConnection::connect(&url).await?;
        let rows: Vec<(String, String)> =
            sqlx::query_as("select flow_id::text, session_id::text from sessions")
                .fetch_all(&mut connection)
                .await?;
        connection.close().await?;
        let mut sessions = HashMap::<_, Vec<_>>::new();
        for (flow_id, session_id) in rows {
            sessions.entry(flow_id).or_default().push(session_id);
        }
        Ok(Self { sessions })
    }

    fn of(&self, log_in: &LogIn) -> &[String] {
        self.sessions.get(log_in.flow_id()).map_or(&[], Vec::as_slice)
    }

    fn number(&self) -> usize {
        self.sessions.values().map(Vec::len).sum()
    }
}

/// One session per completed order, and nothing lost but what was told to somebody who died.
pub fn balance(before: &Books, after: &Books, log_ins: &[LogIn]) -> Result<Balance> {
    let mut balance = Balance {
        log_ins: log_ins.len(),
        ..Balance::default()
    };
    for log_in in log_ins {
        balance.add(log_in, after.of(log_in))?;
    }
    let approved = log_ins.iter().filter_map(|log_in| log_in.approved.as_ref());
    let orders: HashSet<_> = approved.map(|approved| &approved.order_ref).collect();
    ensure!(
        orders.len() == balance.sessions + balance.lost,
        "an order is counted twice: {balance}"
    );
    let begun = after.number() - before.number();
    ensure!(
        begun == balance.sessions,
        "{begun} sessions were begun: {balance}"
    );
    Ok(balance)
}

impl Balance {
    fn add(&mut self, log_in: &LogIn, kept: &[String]) -> Result<()> {
        match (&log_in.answer.session, &log_in.approved) {
            (Some(session), Some(Approved { was_told: true, .. })) => {
                let is_kept_once = kept == [session.session_id.as_str()];
                ensure!(is_kept_once, "sessions {kept:?} of {log_in:?}");
                self.sessions += 1;
            }
            (Some(_), _) => anyhow::bail!("a session without a result: {log_in:?}"),
            (None, approved) => {
                ensure!(kept.is_empty(), "a failed flow has sessions {kept:?}: {log_in:?}");
                self.lose(log_in, approved.as_ref())?;
            }
        }
        Ok(())
    }

    fn lose(&mut self, log_in: &LogIn, approved: Option<&Approved>) -> Result<()> {
        let flow = log_in.answer.flow.as_ref().context("a flow")?;
        ensure!(
            flow.message() == BankidMessage::StartAgain,
            "ended otherwise: {log_in:?}"
        );
        match approved {
            Some(approved) => {
                ensure!(
                    approved.was_told,
                    "given up before BankID told the result: {log_in:?}"
                );
                self.lost += 1;
            }
            None => self.not_approved += 1,
        }
        Ok(())
    }
}

impl Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            log_ins,
            sessions,
            lost,
            not_approved,
        } = self;
        write!(
            f,
            "{log_ins} log-ins: {sessions} sessions, {lost} results lost between BankID's answer and the commit, \
             {not_approved} ended before they were approved"
        )
    }
}
