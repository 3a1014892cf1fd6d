//! A decision by the grants at a million of them, while changes arrive: look up the account, its permission, its scope.
//! Prints the distribution and ends by counting, since a fast wrong answer is none. Bar: p99 at most 5 µs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use platform::auth::{AccountQuery, Grants, SignedIn};
use platform::clock::{Clock as _, ManualClock, SharedClock};
use platform::grpc::convert;
use platform::outbox::Revision;
use prost::Message as _;
use proto::policy::v1::{Assurance, Permission};
use proto::staff::events::v1 as events;
use proto::types::v1::Validity;
use uuid::Uuid;

const ACCOUNTS: u128 = 333_334;
const PERMISSIONS: [Permission; 3] = [
    Permission::AdministerPermissions,
    Permission::ReceiveParticipants,
    Permission::ReportAndPlan,
];
const DECISIONS: u64 = 1_000_000;
const CHANGE_EVERY: Duration = Duration::from_millis(1);
const BAR: Duration = Duration::from_micros(5);

fn main() {
    let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
    let shared: SharedClock = clock.clone();
    let grants = Grants::new(1, shared);
    let heartbeat = events::Heartbeat {
        at: Some(convert::to_timestamp(clock.now())),
    };
    apply(
        &grants,
        "heartbeat-0",
        1,
        events::account_record::Record::Heartbeat(heartbeat),
    );
    let began = Instant::now();
    for account in 0..ACCOUNTS {
        apply_account(&grants, account, 1);
    }
    let total = ACCOUNTS * PERMISSIONS.len() as u128;
    println!(
        "grants {total}, accounts {ACCOUNTS}, loaded in {:?}",
        began.elapsed()
    );

    let (stop, changes) = (AtomicBool::new(false), AtomicU64::new(0));
    let (histogram, allowed) = std::thread::scope(|threads| {
        threads.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let change = changes.fetch_add(1, Ordering::Relaxed);
                apply_account(
                    &grants,
                    u128::from(change * 7919) % ACCOUNTS,
                    2 + i64::try_from(change).unwrap(),
                );
                std::thread::sleep(CHANGE_EVERY);
            }
        });
        let measured = measure(&grants, clock.now());
        stop.store(true, Ordering::Relaxed);
        measured
    });
    for quantile in [0.5, 0.9, 0.99, 0.999] {
        println!(
            "p{:<5} {:>8} ns",
            quantile * 100.0,
            histogram.value_at_quantile(quantile)
        );
    }
    println!(
        "decisions {DECISIONS}, allowed {allowed}, changes meanwhile {}",
        changes.load(Ordering::Relaxed)
    );
    assert_eq!(allowed, DECISIONS, "every decision of this load is to be a yes");
    let p99 = Duration::from_nanos(histogram.value_at_quantile(0.99));
    assert!(p99 <= BAR, "p99 is {p99:?}, the bar is {BAR:?}");
}

fn measure(grants: &Grants, at: jiff::Timestamp) -> (Histogram<u64>, u64) {
    let mut histogram = Histogram::<u64>::new_with_bounds(1, 1_000_000_000, 3).unwrap();
    let mut allowed = 0;
    // A fixed walk that visits accounts in no order the memory would know.
    let mut account = 1_u128;
    for _ in 0..DECISIONS {
        account = (account * 48_271 + 11) % ACCOUNTS;
        let query = query(account, at);
        let began = Instant::now();
        let is_allowed = black_box(grants.decide(&query)).is_ok_and(|grant| {
            grant.may(Permission::ReportAndPlan, at)
                && grant.covers(unit(account, 3), Some(Uuid::from_u128(account * 100)))
        });
        histogram
            .record(u64::try_from(began.elapsed().as_nanos()).unwrap())
            .unwrap();
        allowed += u64::from(is_allowed);
    }
    (histogram, allowed)
}

fn query(account: u128, at: jiff::Timestamp) -> AccountQuery {
    let who = SignedIn {
        person_id: Uuid::from_u128(account + 1_000_000_000),
        aliases: Vec::new(),
        session_id: Uuid::nil(),
        assurance: Assurance::Bankid,
    };
    AccountQuery {
        account_id: Uuid::from_u128(account),
        who,
        at,
        min_revision: None,
    }
}

fn unit(account: u128, number: u128) -> Uuid {
    Uuid::from_u128(account * 10 + number)
}

fn apply_account(grants: &Grants, account: u128, n: i64) {
    let from = Some(convert::to_day("2026-01-01".parse().unwrap()));
    let validity = Some(Validity { from, to: None });
    let scope = (0..5).map(|number| events::GrantScope {
        unit_id: unit(account, number).to_string(),
        all_offices: number % 2 == 0,
        office_ids: vec![Uuid::from_u128(account * 100).to_string()],
    });
    let state = events::AccountState {
        account_id: Uuid::from_u128(account).to_string(),
        person_id: Uuid::from_u128(account + 1_000_000_000).to_string(),
        organisation_id: Uuid::from_u128(4).to_string(),
        organisation_kind: events::OrganisationKind::Provider.into(),
        active: true,
        grants: PERMISSIONS
            .iter()
            .map(|it| events::Grant {
                permission: (*it).into(),
                validity,
            })
            .collect(),
        scope: scope.collect(),
    };
    let key = state.account_id.clone();
    apply(grants, &key, n, events::account_record::Record::Account(state));
}

fn apply(grants: &Grants, key: &str, n: i64, record: events::account_record::Record) {
    let payload = events::AccountRecord { record: Some(record) }.encode_to_vec();
    grants.apply(0, key, Revision { epoch: 1, n }, Some(&payload));
}
