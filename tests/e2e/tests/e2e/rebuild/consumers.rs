//! The services that take records of others into tables: how far they have read, and what an operator or a disaster does
//! to them while they are down.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use e2e::world::World;
use futures::future::try_join_all;
use journey::new_id;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use support::files;
use support::postgres::Cluster;
use support::service::Service;

use super::records::Ends;

/// Every service that keeps records of others in tables.
pub const CONSUMING: [&str; 4] = ["participants", "attendance", "consent", "export"];
/// Flags that rows of earlier runs refer to: export's own memory, which no topic gives back.
const REMEMBERED: [(&str, &str); 1] = [("export", "training_flags")];
/// Per service a topic and what makes a row of it that the topic does not know: the key is the id.
const GHOSTS: [(&str, &str, &str); 4] = [
    (
        "participants",
        "identity.person.v1",
        "insert into merged_persons (person_id, merged_into) values ($1::uuid, gen_random_uuid())",
    ),
    (
        "attendance",
        "staff.organisation.v1",
        "insert into organisations (organisation_id, is_training) values ($1::uuid, false)",
    ),
    (
        "consent",
        "identity.person.v1",
        "insert into joined_persons (person_id, merged_into, root_id)
         select $1::uuid, other, other from gen_random_uuid() as other",
    ),
    (
        "export",
        "staff.organisation.v1",
        "insert into organisations (organisation_id, is_training) values ($1::uuid, true)",
    ),
];

/// A consumer of a service as its table names it, with what it reads.
#[derive(Clone, Debug)]
pub struct Subscription {
    pub service: &'static str,
    consumer: String,
    pub topic: String,
}

/// A row that no topic knows of.
pub struct Ghost {
    service: &'static str,
    key: String,
}

/// What every consuming service reads.
pub async fn subscriptions(cluster: &Cluster) -> Result<Vec<Subscription>> {
    let mut all = Vec::new();
    for service in CONSUMING {
        let mut connection = connect(cluster, service).await?;
        let found: Vec<(String, String)> =
            sqlx::query_as("select distinct consumer, topic from platform.consumed_offsets")
                .fetch_all(&mut connection)
                .await?;
        connection.close().await?;
        ensure!(!found.is_empty(), "{service} reads nothing");
        let of_service = found.into_iter().map(|(consumer, topic)| Subscription {
            service,
            consumer,
            topic,
        });
        all.extend(of_service);
    }
    Ok(all)
}

/// Fails unless every consumer has read to these ends, and nothing was parked.
pub async fn ensure_read(cluster: &Cluster, all: &[Subscription], ends: &Ends) -> Result<()> {
    for service in CONSUMING {
        let mut connection = connect(cluster, service).await?;
        for one in all.iter().filter(|one| one.service == service) {
            one.ensure_read(&mut connection, ends).await?;
        }
        connection.close().await?;
    }
    Ok(())
}

/// Fails while a service has something to tell.
pub async fn ensure_silent(cluster: &Cluster, services: &[&str]) -> Result<()> {
    for service in services {
        let waiting: i64 = ask(
            cluster,
            service,
            "select (select count(*) from platform.outbox where key not like 'heartbeat-%')
                + (select count(*) from platform.jobs where kind = 'platform.republish_topic')",
        )
        .await?;
        ensure!(waiting == 0, "{service} has {waiting} records to tell");
    }
    Ok(())
}

pub async fn stop(world: &mut World) -> Result<()> {
    try_join_all(consuming(world).map(Service::stop)).await?;
    Ok(())
}

pub async fn start(world: &mut World) -> Result<()> {
    try_join_all(consuming(world).map(Service::start_again)).await?;
    Ok(())
}

/// Removes all that records of others have left in a service, and where it had read to.
pub async fn wipe(cluster: &Cluster, service: &'static str) -> Result<()> {
    let mut tables = projections(service)?;
    tables
        .extend(["consumed_revisions", "consumed_offsets", "inbox"].map(|table| format!("platform.{table}")));
    for table in tables {
        execute(cluster, service, &format!("delete from {table}")).await?;
    }
    Ok(())
}

/// Lets a service believe that it was away for longer than tombstones are kept, so that it rebuilds at its next start.
/// Of what only happened, everything is read again.
pub async fn be_away_for_long(
    cluster: &Cluster,
    service: &'static str,
    logs: &[&Subscription],
) -> Result<()> {
    execute(
        cluster,
        service,
        "update platform.consumed_offsets set position_at = now() - interval '60 days'",
    )
    .await?;
    for log in logs.iter().filter(|log| log.service == service) {
        let again = format!(
            "update platform.consumed_offsets set next_offset = 0, position_at = now() where topic = '{}'",
            log.topic
        );
        execute(cluster, service, &again).await?;
    }
    Ok(())
}

/// Makes a row in every service that a rebuild must find gone.
pub async fn haunt(cluster: &Cluster, all: &[Subscription]) -> Result<Vec<Ghost>> {
    let mut ghosts = Vec::new();
    for (service, topic, row) in GHOSTS {
        let one = all
            .iter()
            .find(|one| one.service == service && one.topic == topic);
        let consumer = &one
            .with_context(|| format!("{service} does not read {topic}"))?
            .consumer;
        let key = new_id();
        let mut connection = connect(cluster, service).await?;
        sqlx::query(row).bind(&key).execute(&mut connection).await?;
        let held = "insert into platform.consumed_revisions (consumer, topic, key, partition, epoch, n)
             values ($1, $2, $3, 0, 1, 1)";
        sqlx::query(held)
            .bind(consumer)
            .bind(topic)
            .bind(&key)
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        ghosts.push(Ghost { service, key });
    }
    Ok(ghosts)
}

impl Ghost {
    /// Fails unless the platform knows that it is gone; then nothing is left of it.
    pub async fn ensure_erased(&self, cluster: &Cluster) -> Result<()> {
        let Self { service, key } = self;
        let forget = format!(
            "delete from platform.consumed_revisions where key = '{key}' and erased returning 1::bigint"
        );
        let erased: Result<i64> = ask(cluster, service, &forget).await;
        erased.with_context(|| format!("{service} still holds what no topic knows"))?;
        Ok(())
    }
}

impl Subscription {
    async fn ensure_read(&self, connection: &mut PgConnection, ends: &Ends) -> Result<()> {
        let Self {
            service,
            consumer,
            topic,
        } = self;
        let positions: Vec<(i32, i64, bool)> = sqlx::query_as(
            "select partition, next_offset, rebuild_until is not null from platform.consumed_offsets
             where consumer = $1 and topic = $2",
        )
        .bind(consumer)
        .bind(topic)
        .fetch_all(connection)
        .await?;
        let has_read = |partition: i32, end: i64| {
            let mut own = positions.iter().filter(|(number, ..)| *number == partition);
            own.any(|(_, next, _)| *next >= end)
        };
        let ends = ends.iter().filter(|((name, _), _)| name == topic);
        for ((_, partition), end) in ends {
            ensure!(
                has_read(*partition, *end),
                "{service} has not read partition {partition} of {topic} to {end}"
            );
        }
        let rebuilds = positions.iter().any(|(_, _, rebuilds)| *rebuilds);
        ensure!(!rebuilds, "{service} still rebuilds from {topic}");
        Ok(())
    }
}

fn consuming(world: &mut World) -> impl Iterator<Item = &mut Service> {
    let others = world.stack.others.iter_mut();
    others
        .filter(|(name, _)| CONSUMING.contains(name))
        .map(|(_, service)| service)
}

// As the migration makes them, the last one first: it may refer to those before it.
fn projections(service: &str) -> Result<Vec<String>> {
    let folder = files::workspace_root()
        .join("services")
        .join(service)
        .join("migrations");
    let mut tables = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let file = entry?.path();
        if is_of_projections(&file) {
            let text = std::fs::read_to_string(&file)?;
            let created = text.lines().filter_map(|line| line.strip_prefix("create table "));
            let names = created.filter_map(|line| line.split_whitespace().next());
            tables.extend(names.map(str::to_owned));
        }
    }
    tables.retain(|table| !REMEMBERED.contains(&(service, table)));
    ensure!(
        tables.len() > 2,
        "{service} has hardly any projection: {tables:?}"
    );
    tables.reverse();
    Ok(tables)
}

fn is_of_projections(file: &Path) -> bool {
    file.to_string_lossy().ends_with("_create_projections.sql")
}

async fn ask(cluster: &Cluster, service: &str, statement: &str) -> Result<i64> {
    let mut connection = connect(cluster, service).await?;
    let answer = sqlx::query_scalar(AssertSqlSafe(statement.to_owned()))
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(answer)
}

async fn execute(cluster: &Cluster, service: &str, statement: &str) -> Result<()> {
    let mut connection = connect(cluster, service).await?;
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

async fn connect(cluster: &Cluster, service: &str) -> Result<PgConnection> {
    Ok(PgConnection::connect(&cluster.url(service)).await?)
}
