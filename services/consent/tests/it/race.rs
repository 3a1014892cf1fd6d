//! Withdraw against BeginSending. However they interleave: the attempt has begun and the withdrawal tells of it, or the
//! withdrawal came first and the attempt is refused. The number of rounds comes from TORTURE_ROUNDS, what
//! they are drawn from SEED; a failing round is printed.

use std::env::VarError;
use std::time::Duration;

use proto::attendance::events::v1::MonthAnswer;
use proto::consent::v1::*;
use proto::types::v1::Recipient;
use uuid::Uuid;

use crate::stand::*;

const ROUNDS: u64 = 50;
/// Of a hundred rounds each order wins at least so many.
const LEAST_SHARE: u64 = 20;
const LONGEST_DELAY: u64 = 4_000;

/// Who came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    Sending,
    Withdrawal,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_withdrawal_did_not_tell_of_never_leaves() {
    let (rounds, base) = (number("TORTURE_ROUNDS", ROUNDS), number("SEED", 1));
    let world = World::new().await;
    let mut sent_first = 0;
    for seed in 0..rounds {
        if round(&world, base, seed).await == First::Sending {
            sent_first += 1;
        }
    }
    let withdrawn_first = rounds - sent_first;
    println!("sending first {sent_first}, withdrawal first {withdrawn_first}");
    let least = (rounds * LEAST_SHARE / 100).max(1);
    assert!(sent_first >= least && withdrawn_first >= least);
}

async fn round(world: &World, base: u64, seed: u64) -> First {
    let person = Uuid::from_u128(0x10_0000 + u128::from(seed));
    let report = Uuid::from_u128(0x20_0000 + u128::from(seed));
    let placement = Uuid::from_u128(0x30_0000 + u128::from(seed));
    let part = Uuid::from_u128(0x40_0000 + u128::from(seed));
    world
        .hear(month_report(report, placement, person, 1, MonthAnswer::Approved))
        .await;
    let caller = world.stand.participant(person);
    world.consent(&caller, Recipient::Esf).await;
    let judged = world.authorise(part, 1, &[(report, 1)]).await.unwrap();
    assert_eq!(
        judged[0].refusal(),
        DisclosureRefusal::Unspecified,
        "round {seed}"
    );
    // Both channels are open by now: the race is run in the database.
    let (before_withdrawal, before_sending) = delays(base, seed);
    let (withdrawn, begun) = tokio::join!(
        async {
            tokio::time::sleep(before_withdrawal).await;
            world.withdraw(&caller, Recipient::Esf).await.unwrap()
        },
        async {
            tokio::time::sleep(before_sending).await;
            world.begin(part, 1).await.unwrap()
        },
    );
    let told = withdrawn
        .in_transfer
        .iter()
        .any(|month| month.placement_id == placement.to_string());
    assert!(withdrawn.already_sent.is_empty(), "round {seed}");
    assert!(
        world.own_consents(&caller).await[0].withdrawn_at.is_some(),
        "round {seed}"
    );
    match (begun.valid_until, told) {
        (Some(_), true) => First::Sending,
        (None, false) => {
            assert_eq!(
                begun.refused[0].refusal(),
                DisclosureRefusal::Withdrawn,
                "round {seed}"
            );
            First::Withdrawal
        }
        (Some(_), false) => panic!("round {seed}: a row leaves that the withdrawal did not tell of"),
        (None, true) => panic!("round {seed}: the withdrawal tells of a row that does not leave"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_consent_holds_after_a_withdrawal_whenever_its_signature_is_completed() {
    let world = World::new().await;
    let (rounds, base) = (number("TORTURE_ROUNDS", ROUNDS), number("SEED", 1));
    for seed in 0..rounds {
        let person = Uuid::from_u128(0x50_0000 + u128::from(seed));
        let report = Uuid::from_u128(0x60_0000 + u128::from(seed));
        let placement = Uuid::from_u128(0x70_0000 + u128::from(seed));
        world
            .hear(month_report(report, placement, person, 1, MonthAnswer::Approved))
            .await;
        let caller = world.stand.participant(person);
        let prepared = world.prepare(&caller, Recipient::Esf).await.unwrap();
        world.stand.identity.sign(&prepared.signature_id);
        let (before_withdrawal, before_completion) = delays(base, seed);

        tokio::join!(
            async {
                tokio::time::sleep(before_withdrawal).await;
                world.withdraw(&caller, Recipient::Esf).await.unwrap();
            },
            async {
                tokio::time::sleep(before_completion).await;
                world.complete(&caller, &prepared.signature_id).await.unwrap();
            },
        );

        let consents = world.own_consents(&caller).await;
        assert!(
            consents.iter().all(|consent| consent.withdrawn_at.is_some()),
            "round {seed}"
        );
    }
}

/// Which of the two is held up, and for how long.
fn delays(base: u64, seed: u64) -> (Duration, Duration) {
    let mixed = (base.wrapping_mul(1_000_003).wrapping_add(seed)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let held_up = Duration::from_micros((mixed >> 20) % LONGEST_DELAY);
    if mixed & 1 == 0 {
        (held_up, Duration::ZERO)
    } else {
        (Duration::ZERO, held_up)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the torture run gives its numbers in no other way"
)]
fn number(name: &'static str, usual: u64) -> u64 {
    match std::env::var(name) {
        Err(VarError::NotPresent) => usual,
        given => given.expect("a number is text").parse().expect("a number"),
    }
}
