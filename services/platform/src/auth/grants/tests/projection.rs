//! Random histories: whatever is granted, revoked, erased, spoilt, reordered and repeated, the projection answers as a
//! recomputation from the log does, and ages by the clock.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// One step of somebody's day.
#[derive(Clone, Debug)]
enum Step {
    Grant { account: u128, person: u128, days: i8 },
    Revoke { account: u128 },
    Erase { account: u128 },
    Spoil { account: u128 },
    Advance { seconds: i64 },
    Beat,
}

/// A published record, in the order of publication.
#[derive(Clone, Debug)]
struct Published {
    account: u128,
    n: i64,
    payload: Option<Vec<u8>>,
}

fn step() -> impl Strategy<Value = Step> {
    let account = 1_u128..6;
    prop_oneof![
        4 => (account.clone(), 10_u128..13, -2_i8..3)
            .prop_map(|(account, person, days)| Step::Grant { account, person, days }),
        2 => account.clone().prop_map(|account| Step::Revoke { account }),
        1 => account.clone().prop_map(|account| Step::Erase { account }),
        1 => account.prop_map(|account| Step::Spoil { account }),
        2 => (0_i64..40_000).prop_map(|seconds| Step::Advance { seconds }),
        2 => Just(Step::Beat),
    ]
}

fn payload_of(bench: &Bench, step: &Step) -> Option<(u128, Option<Vec<u8>>)> {
    let account_record = |state| Some(encoded(events::account_record::Record::Account(state)));
    match step {
        Step::Grant {
            account,
            person,
            days,
        } => {
            let last = bench.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
            let last = last.checked_add(jiff::Span::new().days(*days)).unwrap();
            let mut state = state(*account, *person);
            state.grants[0].validity = Some(Validity {
                from: Some(day("2026-01-01")),
                to: Some(convert::to_day(last)),
            });
            Some((*account, account_record(state)))
        }
        Step::Revoke { account } => {
            let state = events::AccountState {
                active: false,
                ..state(*account, 10)
            };
            Some((*account, account_record(state)))
        }
        Step::Erase { account } => Some((*account, None)),
        Step::Spoil { account } => Some((*account, Some(b"\xff".to_vec()))),
        Step::Advance { .. } | Step::Beat => None,
    }
}

/// What the rules say, computed anew from everything published.
fn recomputed(log: &[Published], account: u128, person: u128, now: Timestamp) -> Option<bool> {
    let last = log
        .iter()
        .filter(|record| record.account == account)
        .max_by_key(|record| record.n)?;
    let record = events::AccountRecord::decode(last.payload.as_deref()?)
        .ok()?
        .record?;
    let events::account_record::Record::Account(state) = record else {
        return None;
    };
    if !state.active || state.person_id != Uuid::from_u128(person).to_string() {
        return None;
    }
    let validity = state.grants.first()?.validity?;
    let (from, to) = (
        convert::day("", validity.from).unwrap(),
        convert::day("", validity.to).unwrap(),
    );
    let today = now
        .to_zoned(jiff::tz::TimeZone::get("Europe/Stockholm").unwrap())
        .date();
    Some(from <= today && today <= to)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever happens, and in whatever order, number and repetition the records arrive: the projection answers as a
    /// recomputation from the log does.
    #[test]
    fn the_projection_is_the_recomputation(
        steps in proptest::collection::vec(step(), 1..60),
        shuffle in proptest::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..60),
        repeated in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let mut bench = Bench::new();
        let (mut log, mut revisions) = (Vec::new(), HashMap::new());
        for step in &steps {
            if let Some((account, payload)) = payload_of(&bench, step) {
                let n = revisions.entry(account).and_modify(|n| *n += 1).or_insert(1_i64);
                log.push(Published { account, n: *n, payload });
            } else if let Step::Advance { seconds } = step {
                bench.advance(*seconds);
            } else {
                bench.beat();
            }
        }
        let mut arriving = log.clone();
        for (one, other) in &shuffle {
            if !arriving.is_empty() {
                let (one, other) = (one.index(arriving.len()), other.index(arriving.len()));
                arriving.swap(one, other);
            }
        }
        let again: Vec<Published> = repeated.iter().filter(|_| !log.is_empty()).map(|index| index.get(&log).clone()).collect();
        for record in arriving.iter().chain(&again) {
            let key = Uuid::from_u128(record.account).to_string();
            bench.grants.apply(0, &key, nth(record.n), record.payload.as_deref());
        }
        bench.beat();
        let now = bench.clock.now();
        for account in 1..6 {
            for person in 10..13 {
                let found = bench.ask(account, person).ok().map(|grant| grant.may(Permission::ReportAndPlan, now));
                prop_assert_eq!(found, recomputed(&log, account, person, now), "account {} person {}", account, person);
            }
        }
    }

    /// The grants are usable exactly while the last heartbeat or pull is young enough.
    #[test]
    fn staleness_follows_the_clock(pauses in proptest::collection::vec((0_i64..60, any::<bool>()), 1..40)) {
        let mut bench = Bench::new();
        let mut last = bench.clock.now();
        for (pause, beats) in pauses {
            bench.advance(pause);
            let age = bench.clock.now().duration_since(last);
            prop_assert_eq!(bench.grants.is_usable(bench.clock.now()), age <= SignedDuration::from_secs(30));
            prop_assert_eq!(bench.grants.wants_pull(), age >= SignedDuration::from_secs(5));
            if beats {
                bench.beat();
                last = bench.clock.now();
            }
        }
    }

    /// Bytes that staff never wrote take an account's grants at most.
    #[test]
    fn withstands_any_record(key in "[a-z0-9-]{0,40}", payload in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..200))) {
        let bench = Bench::new();
        bench.grants.apply(0, &key, nth(1), payload.as_deref());
        bench.grants.apply(0, &Uuid::from_u128(1).to_string(), nth(1), payload.as_deref());
        prop_assert_eq!(bench.ask(1, 10), Err(ErrorReason::AccountUnknown));
    }
}
