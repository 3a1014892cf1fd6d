//! One kill: it lies in wait until the victim has work in hand, stops it where it stands, looks at what it holds, kills
//! it, and starts it again. The job's actors meet the victim away for a moment and then rest until the next kill is
//! prepared: however long a start takes, there is work left to hit.

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
/// How long the actors meet a victim that is away.
const AWAY: Duration = Duration::from_secs(1);

/// As with a single service, what is written all the time is no sign of work.
const WRITING: &str = "select pid from pg_stat_activity
    where backend_xid is not null and pid <> pg_backend_pid() and backend_type = 'client backend'
      and datname <> 'staff' and query not like '%platform.audit_%'";

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

    /// Kills as planned, tells what was hit, and brings the victim back. The actors rest from then on, until the next
    /// kill or [`Tally::go_on`]. What a victim holds once the job is over is no work of it.
    pub async fn strike(&mut self, planned: &Planned, is_over: impl Fn() -> bool) -> Result<()> {
        self.tally.go_on();
        sleep(planned.delay).await;
        let victim = planned.victim;
        let work = match victim {
            POSTGRES => self.kill_postgres().await,
            KAFKA => self.kill_kafka().await,
            service => self.kill_service(service).await,
        };
        let mut work = work.with_context(|| victim.to_owned())?;
        if is_over() {
            work = Work::default();
        }
        sleep(AWAY).await;
        self.tally.rest();
        self.bring_back(victim).await.with_context(|| victim.to_owned())?;
        tell(&format!(
            "    {victim} killed during \"{}\": {work}",
            planned.step_name()
        ));
        self.struck.push(Struck { work });
        Ok(())
    }

    async fn bring_back(&mut self, victim: &str) -> Result<()> {
        match victim {
            POSTGRES => self.stack.postgres.start_again().await,
            KAFKA => self.stack.kafka.start_again().await,
            service => self.stack.service(service)?.start_again().await,
        }
    }

    async fn kill_service(&mut self, service: &str) -> Result<Work> {
        let mut database = match service {
            "gateway" => None,
            stateful => Some(PgConnection::connect(&self.stack.postgres.url(stateful)).await?),
        };
        let end = Instant::now() + LURK;
        let work = loop {
            let is_late = Instant::now() >= end;
            if is_late || self.has_work(service, &mut database).await? {
                self.stack.service(service)?.process().pause()?;
                // What is answered from now on was answered before.
                let calls = self.tally.calls_to(service);
                let mut work = self.in_database(service, &mut database).await?;
                sleep(BETWEEN_LOOKS).await;
                work.add(self.still_waiting(service, &calls)?, "calls unanswered");
                if is_late || !work.is_none() {
                    break work;
                }
                self.stack.service(service)?.process().resume()?;
            }
            sleep(BETWEEN_LOOKS).await;
        };
        self.dead.extend(work.leases.iter().cloned());
        self.stack.service(service)?.kill().await?;
        Ok(work)
    }

    async fn has_work(&self, service: &str, database: &mut Option<PgConnection>) -> Result<bool> {
        if !self.tally.calls_to(service).is_empty() {
            return Ok(true);
        }
        Ok(!self.in_database(service, database).await?.is_none())
    }

    async fn in_database(&self, service: &str, database: &mut Option<PgConnection>) -> Result<Work> {
        match database {
            Some(database) => Work::of_service(service, database, &self.dead).await,
            None => Ok(Work::default()),
        }
    }

    fn still_waiting(&self, service: &str, calls: &BTreeSet<u64>) -> Result<i64> {
        let unanswered = self.tally.calls_to(service).intersection(calls).count();
        Ok(i64::try_from(unanswered)?)
    }

    /// The broker takes records faster than one can look: it stands still first, and has what does not get through in
    /// hand.
    async fn kill_kafka(&mut self) -> Result<Work> {
        self.stack.kafka.process().pause()?;
        let end = Instant::now() + LURK;
        let mut work = self.untaken().await?;
        while work.is_none() && Instant::now() < end {
            sleep(BETWEEN_LOOKS).await;
            work = self.untaken().await?;
        }
        self.stack.kafka.kill().await?;
        Ok(work)
    }

    async fn untaken(&self) -> Result<Work> {
        Work::of_broker(|service| self.stack.postgres.url(service)).await
    }

    /// The server dies with all its sessions: one that waited for what a dead one held would never notice.
    async fn kill_postgres(&mut self) -> Result<Work> {
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
