//! One kill: it lies in wait until the victim has work in hand, stops it where it stands, looks at what it holds, kills
//! it, and starts it again.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use devstack::stack::Stack;
use e2e::numbers::tell;
use journey::job::waiting::Tally;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::plan::{KAFKA, POSTGRES, Planned};
use super::work::Work;

/// How long it is waited until the victim has something in hand.
const LURK: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
/// A session that stands still may hold what the look needs.
const LOOK: Duration = Duration::from_secs(1);

const WRITING: &str = "select pid from pg_stat_activity
    where backend_xid is not null and pid <> pg_backend_pid() and backend_type = 'client backend'";

/// A kill that was done.
#[derive(Clone, Debug)]
pub struct Struck {
    work: Work,
}

/// Strikes a stack.
pub struct Striker<'a> {
    stack: &'a mut Stack,
    tally: Tally,
    /// Leases of jobs that died with their process.
    dead: BTreeSet<String>,
    pub struck: Vec<Struck>,
}

impl Struck {
    /// Whether work was in flight.
    pub fn is_hit(&self) -> bool {
        !self.work.is_none()
    }
}

impl<'a> Striker<'a> {
    /// By the calls that are noted in the tally.
    pub fn new(stack: &'a mut Stack, tally: Tally) -> Self {
        Self {
            stack,
            tally,
            dead: BTreeSet::new(),
            struck: Vec::new(),
        }
    }

    /// Waits for something; fails as soon as a process has ended that nobody killed.
    pub async fn while_all_run<T>(&mut self, awaited: impl Future<Output = T>) -> Result<T> {
        tokio::select! {
            arrived = awaited => Ok(arrived),
            died = self.stack.watch() => {
                died?;
                bail!("the watch over the processes has ended")
            }
        }
    }

    /// Kills as planned, tells what was hit, and brings the victim back.
    pub async fn strike(&mut self, planned: &Planned) -> Result<()> {
        sleep(planned.delay).await;
        let victim = planned.victim;
        let work = match victim {
            POSTGRES => self.strike_postgres().await,
            KAFKA => self.strike_kafka().await,
            service => self.strike_service(service).await,
        };
        let work = work.with_context(|| victim.to_owned())?;
        tell(&format!(
            "    {victim} killed during \"{}\": {work}",
            planned.step_name()
        ));
        self.struck.push(Struck { work });
        Ok(())
    }

    async fn strike_service(&mut self, service: &str) -> Result<Work> {
        let end = Instant::now() + LURK;
        let work = loop {
            let is_late = Instant::now() >= end;
            if is_late
                || !self
                    .in_hand(service, &self.tally.calls_to(service))
                    .await?
                    .is_none()
            {
                self.stack.service(service)?.process().pause()?;
                // What is answered from now on was answered before.
                let work = self.in_hand(service, &self.tally.calls_to(service)).await?;
                if is_late || !work.is_none() {
                    break work;
                }
                self.stack.service(service)?.process().resume()?;
            }
            sleep(BETWEEN_LOOKS).await;
        };
        self.dead.extend(work.leases.iter().cloned());
        self.stack.service(service)?.restart().await?;
        Ok(work)
    }

    /// Of the calls those that still wait at the end of the look.
    async fn in_hand(&self, service: &str, calls: &BTreeSet<u64>) -> Result<Work> {
        let mut work = if service == "gateway" {
            sleep(BETWEEN_LOOKS).await;
            Work::default()
        } else {
            Work::of_service(service, &self.stack.postgres.url(service), &self.dead).await?
        };
        let unanswered = self.tally.calls_to(service).intersection(calls).count();
        work.add(i64::try_from(unanswered)?, "calls unanswered");
        Ok(work)
    }

    async fn strike_kafka(&mut self) -> Result<Work> {
        let end = Instant::now() + LURK;
        let work = loop {
            let is_late = Instant::now() >= end;
            if is_late || !self.untaken().await?.is_none() {
                self.stack.kafka.process().pause()?;
                let work = self.untaken().await?;
                if is_late || !work.is_none() {
                    break work;
                }
                self.stack.kafka.process().resume()?;
            }
            sleep(BETWEEN_LOOKS).await;
        };
        self.stack.kafka.kill().await?;
        self.stack.kafka.start_again().await?;
        Ok(work)
    }

    async fn untaken(&self) -> Result<Work> {
        Work::of_broker(|service| self.stack.postgres.url(service)).await
    }

    /// The server dies with all its sessions: one that waited for what a dead one held would never notice.
    async fn strike_postgres(&mut self) -> Result<Work> {
        let mut looker = PgConnection::connect(&self.stack.postgres.url("postgres")).await?;
        let end = Instant::now() + LURK;
        let mut stopped: BTreeSet<i32> = BTreeSet::new();
        while stopped.is_empty() && Instant::now() < end {
            stopped = stop_writers(&mut looker).await?;
            sleep(BETWEEN_LOOKS).await;
        }
        let main = self.stack.postgres.process().id();
        let sessions = children_of(main)?;
        self.stack.postgres.process().kill().await?;
        signal(&sessions, Signal::SIGKILL);
        self.stack.postgres.crash().await?;
        self.stack.postgres.start_again().await?;
        let mut work = Work::default();
        work.add(i64::try_from(stopped.len())?, "transactions unfinished");
        Ok(work)
    }
}

fn children_of(process: u32) -> Result<BTreeSet<i32>> {
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"))?;
    let ids = children.split_whitespace().map(str::parse);
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Stops the sessions that are writing; those that were done before they stood still go on.
async fn stop_writers(looker: &mut PgConnection) -> Result<BTreeSet<i32>> {
    let writing = writers(looker).await?;
    signal(&writing, Signal::SIGSTOP);
    let Ok(still) = timeout(LOOK, writers(looker)).await else {
        signal(&writing, Signal::SIGCONT);
        return Ok(BTreeSet::new());
    };
    let still = still?;
    let (stopped, done): (BTreeSet<i32>, BTreeSet<i32>) =
        writing.into_iter().partition(|session| still.contains(session));
    signal(&done, Signal::SIGCONT);
    Ok(stopped)
}

async fn writers(looker: &mut PgConnection) -> Result<BTreeSet<i32>> {
    let sessions: Vec<i32> = sqlx::query_scalar(WRITING).fetch_all(looker).await?;
    Ok(sessions.into_iter().collect())
}

fn signal(sessions: &BTreeSet<i32>, signal: Signal) {
    for session in sessions {
        let _already_gone = kill(Pid::from_raw(*session), signal);
    }
}
