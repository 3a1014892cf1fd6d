//! A consumer ends when it is told to, wherever it stands with its group.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use platform::config::Secret;
use platform::db::Database;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::groups::GroupInfo;
use support::eventually;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::ledger::Desk;
use crate::stand::DEADLINE;

const ANSWER: Duration = Duration::from_secs(5);
/// A look at the database that is under way, and a group that is left.
const SOON: Duration = Duration::from_secs(10);

/// A database server that hangs up on whoever comes.
struct HangsUp {
    calls: Arc<AtomicUsize>,
    database: Database,
    _listening: DropGuard,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_cannot_take_its_partitions_ends_when_it_is_told_to() {
    let desk = Desk::new().await;
    let away = HangsUp::listen(&desk).await;
    let consumer = desk.consume_into(away.database.clone()).await;
    // It has its partitions, and asks again and again where to begin.
    eventually(DEADLINE, || async { is_assigned(&desk).await }).await;
    let before = away.calls.load(Ordering::Relaxed);
    eventually(DEADLINE, || async {
        away.calls.load(Ordering::Relaxed) > before + 10
    })
    .await;

    let told_at = Instant::now();
    let ended = tokio::time::timeout(SOON, consumer.stop()).await;

    assert!(ended.is_ok(), "it still waits after {:?}", told_at.elapsed());
    eventually(DEADLINE, || async { !is_assigned(&desk).await }).await;
}

impl HangsUp {
    async fn listen(desk: &Desk) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (_, rest) = desk.stand.addresses.application_url.rsplit_once('@').unwrap();
        let (host, _) = rest.split_once('/').unwrap();
        let here = listener.local_addr().unwrap().to_string();
        let url = desk.stand.addresses.application_url.replace(host, &here);
        let database = desk.stand.with(|config| {
            config.application_url = Secret::new(url);
            config.acquire_timeout_ms = 100;
        });
        let (calls, over) = (Arc::<AtomicUsize>::default(), CancellationToken::new());
        let (counted, ended) = (Arc::clone(&calls), over.clone());
        TaskTracker::new().spawn(ended.run_until_cancelled_owned(async move {
            while let Ok((caller, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                drop(caller);
            }
        }));
        Self {
            calls,
            database,
            _listening: over.drop_guard(),
        }
    }
}

/// Whether the group of the ledger has given its partitions away.
async fn is_assigned(desk: &Desk) -> bool {
    let group = format!("{}.ledger", desk.topic.name);
    let config = desk.topic.kafka.consumer_config("asking");
    let asked = tokio::task::spawn_blocking(move || {
        let asking: BaseConsumer = config.create().ok()?;
        let listed = asking.fetch_group_list(Some(&group), ANSWER).ok()?;
        let mut members = listed.groups().iter().flat_map(GroupInfo::members);
        Some(members.any(|member| member.assignment().is_some_and(|given| !given.is_empty())))
    });
    asked.await.unwrap().unwrap_or_default()
}
