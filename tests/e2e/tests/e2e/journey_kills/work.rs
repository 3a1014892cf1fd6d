//! What somebody has in their hands at an instant: work that is begun and not done. Whoever is about to be killed stands
//! still while it is looked at, so that what is seen is what the kill hits.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::Result;
use sqlx::{Connection as _, PgConnection};

/// Counts by kind.
#[derive(Clone, Debug, Default)]
pub struct Work {
    counts: Vec<(i64, &'static str)>,
    /// Leases of jobs at work.
    pub leases: Vec<String>,
}

/// Every service with a database.
const STATEFUL: [&str; 6] = [
    "identity",
    "staff",
    "participants",
    "attendance",
    "consent",
    "export",
];

/// Transactions that have written and are not committed, and records that are committed and not at the broker. What a
/// service does all the time that it lives is no work: audit lines are sealed, and staff gives a sign of life.
const COMMON: &str = "select
    (select count(distinct pid) from pg_locks join pg_class on pg_class.oid = relation
        where mode = 'RowExclusiveLock' and relkind = 'r' and relnamespace = 'public'::regnamespace
          and relname <> 'heartbeat_turns'
          and database = (select oid from pg_database where datname = current_database())),
    (select count(*) from platform.outbox where key not like 'heartbeat-%')";

const LEASES: &str = "select lease_id::text from platform.jobs
    where leased_until > clock_timestamp() and gave_up_at is null and kind not like 'platform.%'";

impl Work {
    pub fn is_none(&self) -> bool {
        self.counts.is_empty()
    }

    /// What a service has in hand, by its database. Leases of `dead` are those of processes that were killed before.
    pub async fn of_service(
        service: &str,
        database: &mut PgConnection,
        dead: &BTreeSet<String>,
    ) -> Result<Self> {
        let (writing, unsent): (i64, i64) = sqlx::query_as(COMMON).fetch_one(&mut *database).await?;
        let mut leases: Vec<String> = sqlx::query_scalar(LEASES).fetch_all(&mut *database).await?;
        leases.retain(|lease| !dead.contains(lease));
        let mut work = Self::default();
        work.add(writing, "transactions unfinished");
        work.add(unsent, "records unsent");
        work.add(i64::try_from(leases.len())?, "jobs leased");
        work.leases = leases;
        if let Some((count, kind)) = own(service) {
            work.add(sqlx::query_scalar(count).fetch_one(database).await?, kind);
        }
        Ok(work)
    }

    /// What the broker has not taken yet: records that a relay has read or is about to.
    pub async fn of_broker(url: impl Fn(&str) -> String) -> Result<Self> {
        let mut unsent = 0;
        for service in STATEFUL {
            let mut database = PgConnection::connect(&url(service)).await?;
            let (_, records): (i64, i64) = sqlx::query_as(COMMON).fetch_one(&mut database).await?;
            unsent += records;
            database.close().await?;
        }
        let mut work = Self::default();
        work.add(unsent, "records unsent");
        Ok(work)
    }

    pub fn add(&mut self, count: i64, kind: &'static str) {
        if count > 0 {
            self.counts.push((count, kind));
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return out.write_str("nothing in hand");
        }
        let told: Vec<String> = self
            .counts
            .iter()
            .map(|(count, kind)| format!("{count} {kind}"))
            .collect();
        out.write_str(&told.join(", "))
    }
}

/// What only this service has in hand, by its own tables.
fn own(service: &str) -> Option<(&'static str, &'static str)> {
    match service {
        "identity" => Some((
            "select count(*) from flows where state = 'pending'",
            "BankID orders pending",
        )),
        "consent" => Some((
            "select count(*) from sendings where outcome is null",
            "sendings begun",
        )),
        "export" => Some((
            "select count(*) from attempts where begun_at is not null and outcome is null",
            "attempts begun",
        )),
        _ => None,
    }
}
