mod projection;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use prost::Message as _;
use proto::policy::v1::{Assurance, Permission};
use proto::staff::events::v1 as events;
use proto::staff::v1::{GrantChange, ListGrantChangesResponse};
use proto::types::v1::{Day, Validity};

use super::pull::{Cursor, GrantSource};
use super::*;
use crate::auth::SignedIn;
use crate::clock::{Clock as _, ManualClock};
use crate::grpc::convert;

const PARTITIONS: usize = 2;

struct Bench {
    clock: Arc<ManualClock>,
    grants: Grants,
    beats: i64,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
        let grants = Grants::new(PARTITIONS, clock.clone());
        let mut bench = Self {
            clock,
            grants,
            beats: 0,
        };
        bench.beat();
        bench
    }

    fn beat(&mut self) {
        self.beats += 1;
        let heartbeat = events::Heartbeat {
            at: Some(convert::to_timestamp(self.clock.now())),
        };
        let payload = encoded(events::account_record::Record::Heartbeat(heartbeat));
        for partition in 0..PARTITIONS {
            self.grants.apply(
                partition,
                &format!("heartbeat-{partition}"),
                nth(self.beats),
                Some(&payload),
            );
        }
    }

    fn advance(&self, seconds: i64) {
        self.clock
            .set(self.clock.now() + SignedDuration::from_secs(seconds));
    }

    fn record(&self, n: i64, state: events::AccountState) {
        let key = state.account_id.clone();
        let payload = encoded(events::account_record::Record::Account(state));
        self.grants.apply(0, &key, nth(n), Some(&payload));
    }

    fn ask(&self, account: u128, person: u128) -> Result<AccountGrant, ErrorReason> {
        self.grants
            .decide(&query(account, person, self.clock.now()))
            .map_err(|error| error.reason())
    }
}

fn query(account: u128, person: u128, at: Timestamp) -> AccountQuery {
    let who = SignedIn {
        person_id: Uuid::from_u128(person),
        aliases: vec![Uuid::from_u128(person + 1000)],
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

fn nth(n: i64) -> Revision {
    Revision { epoch: 1, n }
}

fn encoded(record: events::account_record::Record) -> Vec<u8> {
    events::AccountRecord { record: Some(record) }.encode_to_vec()
}

fn day(text: &str) -> Day {
    convert::to_day(text.parse().unwrap())
}

fn state(account: u128, person: u128) -> events::AccountState {
    let validity = Validity {
        from: Some(day("2026-01-01")),
        to: Some(day("2026-12-31")),
    };
    events::AccountState {
        account_id: Uuid::from_u128(account).to_string(),
        person_id: Uuid::from_u128(person).to_string(),
        organisation_id: Uuid::from_u128(500).to_string(),
        organisation_kind: events::OrganisationKind::Provider.into(),
        active: true,
        grants: vec![events::Grant {
            permission: Permission::ReportAndPlan.into(),
            validity: Some(validity),
        }],
        scope: vec![
            events::GrantScope {
                unit_id: Uuid::from_u128(70).to_string(),
                all_offices: true,
                office_ids: Vec::new(),
            },
            events::GrantScope {
                unit_id: Uuid::from_u128(60).to_string(),
                all_offices: false,
                office_ids: vec![Uuid::from_u128(62).to_string(), Uuid::from_u128(61).to_string()],
            },
        ],
    }
}

#[test]
fn an_account_is_its_persons_under_any_alias_and_nobody_elses() {
    let bench = Bench::new();
    bench.record(1, state(1, 10));
    bench.record(1, state(2, 1010));
    assert!(bench.ask(1, 10).is_ok());
    assert!(bench.ask(2, 10).is_ok());
    assert_eq!(bench.ask(1, 11), Err(ErrorReason::AccountUnknown));
}

#[test]
fn unknown_ended_foreign_and_erased_accounts_are_refused_alike() {
    let bench = Bench::new();
    bench.record(
        1,
        events::AccountState {
            active: false,
            ..state(1, 10)
        },
    );
    bench.record(
        1,
        events::AccountState {
            person_id: String::new(),
            ..state(2, 10)
        },
    );
    bench.record(1, state(3, 10));
    bench
        .grants
        .apply(0, &Uuid::from_u128(3).to_string(), nth(2), None);
    for account in [1, 2, 3, 4] {
        assert_eq!(
            bench.ask(account, 10),
            Err(ErrorReason::AccountUnknown),
            "{account}"
        );
    }
}

#[test]
fn an_older_record_never_brings_a_permission_back() {
    let bench = Bench::new();
    bench.record(
        2,
        events::AccountState {
            grants: Vec::new(),
            ..state(1, 10)
        },
    );
    bench.record(1, state(1, 10));
    assert!(bench.ask(1, 10).unwrap().permissions.is_empty());
}

#[test]
fn an_older_record_does_not_bring_an_erased_account_back() {
    let bench = Bench::new();
    bench
        .grants
        .apply(0, &Uuid::from_u128(1).to_string(), nth(5), None);
    bench.record(4, state(1, 10));
    assert_eq!(bench.ask(1, 10), Err(ErrorReason::AccountUnknown));
}

#[test]
fn a_record_that_cannot_be_read_takes_the_grants_until_a_newer_one_can() {
    let bench = Bench::new();
    bench.record(1, state(1, 10));
    bench
        .grants
        .apply(0, &Uuid::from_u128(1).to_string(), nth(2), Some(b"\xff\xff"));
    assert_eq!(bench.ask(1, 10), Err(ErrorReason::AccountUnknown));
    bench.record(3, state(1, 10));
    assert!(bench.ask(1, 10).is_ok());
}

#[test]
fn half_understood_is_not_understood() {
    let bench = Bench::new();
    let wrong: [fn(&mut events::AccountState); 5] = [
        |state| state.organisation_id = "nonsense".to_owned(),
        |state| state.organisation_kind = 99,
        |state| state.grants[0].permission = 99,
        |state| state.grants[0].validity = None,
        |state| state.scope[1].office_ids[0] = String::new(),
    ];
    for (number, spoil) in (1..).zip(wrong) {
        let mut state = state(1, 10);
        spoil(&mut state);
        bench.record(number, state);
        assert_eq!(bench.ask(1, 10), Err(ErrorReason::AccountUnknown), "{number}");
    }
}

#[test]
fn a_record_under_another_accounts_key_grants_nothing() {
    let bench = Bench::new();
    let payload = encoded(events::account_record::Record::Account(state(1, 10)));
    bench
        .grants
        .apply(0, &Uuid::from_u128(2).to_string(), nth(1), Some(&payload));
    assert_eq!(bench.ask(2, 10), Err(ErrorReason::AccountUnknown));
}

#[test]
fn validity_is_judged_in_stockholm_at_the_time_of_the_call() {
    let bench = Bench::new();
    bench.record(1, state(1, 10));
    let account = bench.ask(1, 10).unwrap();
    let may = |text: &str| account.may(Permission::ReportAndPlan, text.parse().unwrap());
    assert!(!may("2025-12-31T22:59:59Z"));
    assert!(may("2025-12-31T23:00:00Z"));
    assert!(may("2026-12-31T22:59:59Z"));
    assert!(!may("2026-12-31T23:00:00Z"));
}

#[test]
fn the_scope_covers_its_units_and_named_offices() {
    let bench = Bench::new();
    bench.record(1, state(1, 10));
    let account = bench.ask(1, 10).unwrap();
    let covers =
        |unit: u128, office: Option<u128>| account.covers(Uuid::from_u128(unit), office.map(Uuid::from_u128));
    assert!(covers(70, None) && covers(70, Some(1)));
    assert!(covers(60, Some(61)) && covers(60, Some(62)));
    assert!(!covers(60, Some(63)) && !covers(60, None));
    assert!(!covers(80, None) && !covers(80, Some(61)));
}

#[test]
fn stale_grants_decide_nothing_and_recover_by_themselves() {
    let mut bench = Bench::new();
    bench.record(1, state(1, 10));
    bench.advance(30);
    assert!(bench.ask(1, 10).is_ok());
    bench.advance(1);
    assert_eq!(bench.ask(1, 10), Err(ErrorReason::GrantsStale));
    assert_eq!(bench.ask(99, 10), Err(ErrorReason::GrantsStale));
    bench.beat();
    assert!(bench.ask(1, 10).is_ok());
}

#[test]
fn a_record_without_a_revision_is_distrusted() {
    let bench = Bench::new();
    bench.record(1, state(1, 10));
    bench.grants.distrust(&Uuid::from_u128(1).to_string());
    assert_eq!(bench.ask(1, 10), Err(ErrorReason::AccountUnknown));
    bench.record(2, state(1, 10));
    assert!(bench.ask(1, 10).is_ok());
}

/// Gives one change a page, and knows no cursor but its own.
struct Pages(Vec<GrantChange>, Timestamp);

impl GrantSource for Pages {
    fn changes(&self, since: String) -> BoxFuture<'_, Result<ListGrantChangesResponse, Rejection>> {
        let answer = match since.as_str() {
            "" => Ok(0),
            since => since.parse::<usize>().map_err(|_| Rejection::invalid()),
        };
        Box::pin(std::future::ready(answer.map(|start| ListGrantChangesResponse {
            changes: self.0.get(start).cloned().into_iter().collect(),
            next_since: (start + 1).min(self.0.len()).to_string(),
            complete: start + 1 >= self.0.len(),
            as_of: Some(convert::to_timestamp(self.1)),
        })))
    }
}

fn change(n: i64, state: events::AccountState) -> GrantChange {
    GrantChange {
        revision: Some(convert::to_revision(nth(n))),
        account: Some(state),
    }
}

#[tokio::test]
async fn a_complete_answer_of_staff_makes_grants_usable() {
    let bench = Bench::new();
    bench.advance(100);
    assert!(bench.grants.wants_pull());
    let pages = Pages(
        vec![change(1, state(1, 10)), change(1, state(2, 10))],
        bench.clock.now(),
    );
    bench.grants.pull(&pages, &mut Cursor::default()).await.unwrap();
    assert!(bench.ask(1, 10).is_ok() && bench.ask(2, 10).is_ok());
    bench.advance(31);
    assert_eq!(bench.ask(1, 10), Err(ErrorReason::GrantsStale));
}

#[tokio::test]
async fn a_cursor_that_staff_does_not_know_starts_over() {
    let bench = Bench::new();
    let pages = Pages(vec![change(1, state(1, 10))], bench.clock.now());
    let mut cursor = Cursor::of("of another database");
    bench.grants.pull(&pages, &mut cursor).await.unwrap();
    assert!(bench.ask(1, 10).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_was_seen_is_waited_for() {
    let bench = Bench::new();
    let wanted = AccountQuery {
        min_revision: Some(nth(2)),
        ..query(1, 10, bench.clock.now())
    };
    let (outcome, ()) = tokio::join!(bench.grants.account(&wanted), async {
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        bench.record(2, state(1, 10));
    });
    assert!(outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_revision_that_does_not_come_is_not_waited_for_longer_than_two_seconds() {
    let bench = Bench::new();
    bench.record(1, state(1, 10));
    let wanted = AccountQuery {
        min_revision: Some(nth(2)),
        ..query(1, 10, bench.clock.now())
    };
    let began = tokio::time::Instant::now();
    let refused = bench.grants.account(&wanted).await.unwrap_err();
    assert_eq!(
        (refused.reason(), began.elapsed()),
        (ErrorReason::NotCaughtUp, LONGEST_WAIT)
    );
}
