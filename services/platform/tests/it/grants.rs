//! The task that keeps grants current, against the real broker: from the topic, from staff while the broker is silent,
//! and after a cold start from a compacted topic.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::SignedDuration;
use platform::auth::grants::{GrantSource, GrantsTask};
use platform::auth::{AccountGrant, AccountQuery, Grants, SignedIn};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::{Rejection, convert};
use platform::outbox::Revision;
use platform::service::Readiness;
use prost::Message as _;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::{Assurance, Permission};
use proto::staff::events::v1 as events;
use proto::staff::v1::{GrantChange, ListGrantChangesResponse};
use proto::types::v1::Validity;
use support::eventually;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::broker::{PARTITIONS, Topic, Written};

const SOON: Duration = Duration::from_secs(20);

struct Replica {
    clock: Arc<ManualClock>,
    grants: Grants,
    readiness: Readiness,
    stop: CancellationToken,
    source: Arc<Source>,
}

/// Plays staff: answers with all it has, or not at all.
struct Source {
    clock: Arc<ManualClock>,
    changes: Vec<GrantChange>,
    asked: AtomicUsize,
    is_there: bool,
}

impl GrantSource for Source {
    fn changes(&self, _since: String) -> BoxFuture<'_, Result<ListGrantChangesResponse, Rejection>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = ListGrantChangesResponse {
            changes: self.changes.clone(),
            next_since: "1".to_owned(),
            complete: true,
            as_of: Some(convert::to_timestamp(self.clock.now())),
        };
        let outcome = if self.is_there {
            Ok(answer)
        } else {
            Err(Rejection::unavailable())
        };
        Box::pin(std::future::ready(outcome))
    }
}

impl Replica {
    fn start(topic: &Topic, clock: &Arc<ManualClock>, staff: Option<Vec<GrantChange>>) -> Self {
        let grants = Grants::new(usize::from(PARTITIONS), clock.clone());
        let (readiness, stop) = (Readiness::new(), CancellationToken::new());
        let is_there = staff.is_some();
        let source = Arc::new(Source {
            clock: clock.clone(),
            changes: staff.unwrap_or_default(),
            asked: AtomicUsize::new(0),
            is_there,
        });
        let task = GrantsTask {
            grants: grants.clone(),
            kafka: topic.kafka.clone(),
            topic: topic.name.to_owned(),
            partitions: i32::from(PARTITIONS),
            source: source.clone(),
            ready: readiness.condition("grants"),
        };
        platform::service::Lifecycle::new().spawn("grants", task.run(stop.clone()));
        Self {
            clock: clock.clone(),
            grants,
            readiness,
            stop,
            source,
        }
    }

    fn ask(&self, account: u128) -> Result<AccountGrant, ErrorReason> {
        let who = SignedIn {
            person_id: Uuid::from_u128(10),
            aliases: Vec::new(),
            session_id: Uuid::nil(),
            assurance: Assurance::Bankid,
        };
        let at = self.clock.now();
        let query = AccountQuery {
            account_id: Uuid::from_u128(account),
            who,
            at,
            min_revision: None,
        };
        self.grants.decide(&query).map_err(|error| error.reason())
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()))
}

fn state(account: u128, is_active: bool) -> events::AccountState {
    let from = Some(convert::to_day("2026-01-01".parse().unwrap()));
    let validity = Some(Validity { from, to: None });
    events::AccountState {
        account_id: Uuid::from_u128(account).to_string(),
        person_id: Uuid::from_u128(10).to_string(),
        organisation_id: Uuid::from_u128(4).to_string(),
        organisation_kind: events::OrganisationKind::Provider.into(),
        active: is_active,
        grants: vec![events::Grant {
            permission: Permission::ReportAndPlan.into(),
            validity,
        }],
        scope: Vec::new(),
    }
}

async fn write(
    topic: &Topic,
    key: &str,
    n: i64,
    partition: Option<i32>,
    record: events::account_record::Record,
) {
    let revision = Revision { epoch: 1, n }.to_string();
    let payload = events::AccountRecord { record: Some(record) }.encode_to_vec();
    let written = Written {
        key,
        revision: Some(&revision),
        payload: Some(payload),
        event_id: Uuid::from_u128(u128::from(n.unsigned_abs())),
        partition,
        produced_at_ms: None,
    };
    topic.write_raw(written).await;
}

async fn write_account(topic: &Topic, n: i64, state: events::AccountState) {
    let key = state.account_id.clone();
    write(
        topic,
        &key,
        n,
        None,
        events::account_record::Record::Account(state),
    )
    .await;
}

async fn beat(topic: &Topic, clock: &ManualClock, n: i64) {
    for partition in 0..i32::from(PARTITIONS) {
        let heartbeat = events::Heartbeat {
            at: Some(convert::to_timestamp(clock.now())),
        };
        let record = events::account_record::Record::Heartbeat(heartbeat);
        write(
            topic,
            &format!("heartbeat-{partition}"),
            n,
            Some(partition),
            record,
        )
        .await;
    }
}

#[tokio::test]
async fn grants_follow_the_topic() {
    let (topic, clock) = (Topic::new().await, clock());
    write_account(&topic, 1, state(1, true)).await;
    beat(&topic, &clock, 1).await;
    let replica = Replica::start(&topic, &clock, None);
    tokio::time::timeout(SOON, replica.readiness.ready())
        .await
        .unwrap();
    eventually(SOON, || async { replica.ask(1).map(drop) }).await;

    write_account(&topic, 2, state(1, false)).await;
    eventually(SOON, || async {
        replica.ask(1) == Err(ErrorReason::AccountUnknown)
    })
    .await;
    assert_eq!(replica.source.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn staff_is_asked_while_the_topic_is_silent_and_makes_the_replica_ready() {
    let (topic, clock) = (Topic::new().await, clock());
    let change = GrantChange {
        revision: Some(convert::to_revision(Revision { epoch: 1, n: 1 })),
        account: Some(state(1, true)),
    };
    let replica = Replica::start(&topic, &clock, Some(vec![change]));
    clock.set(clock.now() + SignedDuration::from_secs(5));
    eventually(SOON, || async { replica.ask(1).map(drop) }).await;
    assert!(replica.readiness.is_ready());
}

#[tokio::test]
async fn nothing_is_decided_when_both_ways_are_cut_and_all_is_well_when_one_is_back() {
    let (topic, clock) = (Topic::new().await, clock());
    write_account(&topic, 1, state(1, true)).await;
    beat(&topic, &clock, 1).await;
    let replica = Replica::start(&topic, &clock, None);
    eventually(SOON, || async { replica.ask(1).map(drop) }).await;

    clock.set(clock.now() + SignedDuration::from_secs(31));
    assert_eq!(replica.ask(1), Err(ErrorReason::GrantsStale));
    eventually(SOON, || async { replica.source.asked.load(Ordering::SeqCst) > 0 }).await;
    assert_eq!(replica.ask(1), Err(ErrorReason::GrantsStale));

    beat(&topic, &clock, 2).await;
    eventually(SOON, || async { replica.ask(1).map(drop) }).await;
}

#[tokio::test]
async fn a_cold_start_ends_where_those_that_were_there_have_ended() {
    let (topic, clock) = (Topic::new().await, clock());
    let witness = Replica::start(&topic, &clock, None);
    for n in 1..40 {
        for account in 1..6 {
            write_account(
                &topic,
                n,
                state(account, (n + i64::try_from(account).unwrap()) % 3 == 0),
            )
            .await;
        }
        beat(&topic, &clock, n).await;
    }
    // An old record that comes again, as after a relay that was stopped and went on.
    write_account(&topic, 3, state(1, true)).await;
    beat(&topic, &clock, 40).await;
    let newcomer = Replica::start(&topic, &clock, None);
    for replica in [&witness, &newcomer] {
        for account in 1..6 {
            let is_active = (39 + i64::try_from(account).unwrap()) % 3 == 0;
            eventually(SOON, || async { replica.ask(account).is_ok() == is_active }).await;
        }
    }
}
