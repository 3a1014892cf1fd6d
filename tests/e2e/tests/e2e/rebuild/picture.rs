//! All that services hold in tables, row by row, to be compared.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use support::postgres::Cluster;

/// Every service with a database.
pub const SERVICES: [&str; 6] = [
    "identity",
    "staff",
    "participants",
    "attendance",
    "consent",
    "export",
];

/// What is no state: how records came, and what passes with time alone.
const LEFT_OUT: [(&str, &str); 11] = [
    ("platform.consumed_offsets", "where in a topic a consumer is"),
    (
        "platform.outbox",
        "what waits to be told, and is empty when all is quiet",
    ),
    ("platform.jobs", "what is due, with its leases"),
    (
        "platform.audit_unsealed",
        "lines that no seal covers yet, for a second",
    ),
    (
        "platform.audit_seals",
        "when which lines were sealed; the lines are compared",
    ),
    ("platform.requests", "answers that are given again, for a day"),
    ("platform.uploads", "files on their way in"),
    ("platform.upload_chunks", "files on their way in"),
    ("public.flows", "attempts to sign in, forgotten minutes later"),
    (
        "public.start_attempts",
        "how many of them there were, for a minute",
    ),
    ("public.heartbeat_turns", "whose turn it was a second ago"),
];

/// Of tables that are compared, what tells how a record came and not what it says.
const COLUMNS_LEFT_OUT: [(&str, &[&str]); 2] = [
    ("platform.consumed_revisions", &["partition", "generation"]),
    ("platform.inbox", &["received_at"]),
];

/// Of tables that are compared, the rows of what is told every second.
const ROWS_LEFT_OUT: [(&str, &str); 1] = [("platform.revisions", "key like 'heartbeat-%'")];

const PLATFORM: &str = "platform.";
const PARKED: &str = "platform.parked_records";

/// Rows of tables, by service and table.
#[derive(Clone, Debug)]
pub struct Picture(BTreeMap<(&'static str, String), BTreeSet<String>>);

impl Picture {
    pub async fn take(cluster: &Cluster) -> Result<Self> {
        let mut rows = BTreeMap::new();
        for service in SERVICES {
            let mut connection = PgConnection::connect(&cluster.url(service)).await?;
            for table in tables(&mut connection).await? {
                rows.insert((service, table.clone()), rows_of(&mut connection, &table).await?);
            }
            connection.close().await?;
        }
        Ok(Self(rows))
    }

    /// Without what the platform keeps of records: their revisions rise when the same state is told again.
    #[must_use]
    pub fn of_services(&self) -> Self {
        let is_own = |table: &str| table == PARKED || !table.starts_with(PLATFORM);
        let own = self.0.iter().filter(|((_, table), _)| is_own(table));
        Self(own.map(|(place, rows)| (place.clone(), rows.clone())).collect())
    }

    /// How many rows there are in a table.
    pub fn count(&self, service: &'static str, table: &str) -> usize {
        let rows = self.0.get(&(service, format!("public.{table}")));
        rows.map_or(0, BTreeSet::len)
    }

    /// Fails, naming what differs, unless both show the same.
    pub fn ensure_same(&self, now: &Self) -> Result<()> {
        let differing = self.0.iter().filter_map(|(place, before)| {
            let after = now.0.get(place)?;
            let gone: Vec<_> = before.difference(after).take(2).collect();
            let new: Vec<_> = after.difference(before).take(2).collect();
            (before != after).then(|| format!("{place:?}: gone {gone:#?}, new {new:#?}"))
        });
        let differing: Vec<_> = differing.collect();
        ensure!(
            differing.is_empty(),
            "what is held differs: {}",
            differing.join("\n")
        );
        ensure!(self.0.keys().eq(now.0.keys()), "tables came or went");
        Ok(())
    }
}

async fn tables(connection: &mut PgConnection) -> Result<Vec<String>> {
    let mut tables: Vec<String> = sqlx::query_scalar(
        "select nspname || '.' || relname
         from pg_class join pg_namespace on pg_namespace.oid = relnamespace
         where relkind in ('r', 'p') and not relispartition and nspname in ('public', 'platform')
         order by 1",
    )
    .fetch_all(connection)
    .await?;
    tables.retain(|table| !LEFT_OUT.iter().any(|(name, _why)| name == table));
    Ok(tables)
}

// Rows are numbered, so that of two that are alike none is lost.
async fn rows_of(connection: &mut PgConnection, table: &str) -> Result<BTreeSet<String>> {
    let columns = COLUMNS_LEFT_OUT.iter().find(|(name, _)| *name == table);
    let columns = columns.map_or(&[][..], |(_, columns)| columns);
    let rows = ROWS_LEFT_OUT.iter().find(|(name, _)| *name == table);
    let rows = rows.map_or("false", |(_, rows)| rows);
    let statement = format!(
        "select line || ' ' || row_number() over (partition by line)
         from (select (to_jsonb(held) - $1::text[])::text as line from {table} held where not ({rows})) as lines"
    );
    let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement))
        .bind(
            columns
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<String>>(),
        )
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}
