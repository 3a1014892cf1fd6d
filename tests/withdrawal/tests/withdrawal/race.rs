//! Withdraw against BeginSending, judged by what the recipients opened: of whoever withdrew nothing arrives, unless the
//! withdrawal told of it; what it told of arrived once. The number of rounds comes from TORTURE_ROUNDS, what
//! they are drawn from SEED.

use std::collections::BTreeMap;
use std::env::VarError;

use futures::StreamExt as _;
use futures::future::join_all;
use futures::stream;
use proto::consent::v1::WithdrawResponse;
use proto::export::v1::{Run, RunRowReason, RunStatus};
use proto::types::v1::Recipient;
use receivers_simulator::Recipient as Receiver;

use crate::crowd::{Cohort, Group, Participant, cohorts, groups};
use crate::pace::{First, Pace};
use crate::stand::Stand;

const ROUNDS: usize = 50;
/// Of a hundred rounds each order wins at least so many.
const LEAST_SHARE: usize = 20;
/// Runs at a time; export works on four parts.
const LANES: usize = 3;
const CONSENTING: usize = 8;

/// A run after it ended, and what each of its racers was told.
struct Raced<'a> {
    group: Group<'a>,
    run: Run,
    firsts: Vec<First>,
}

/// How often each report was opened at a recipient, in whatever byte stream it came, and how often it counts there.
type Opened = BTreeMap<(Receiver, String), (usize, usize)>;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_arrives_of_whoever_withdrew_unless_the_withdrawal_told_of_it() {
    let (rounds, base) = (number("TORTURE_ROUNDS", ROUNDS), number("SEED", 1));
    let base = u64::try_from(base).unwrap();
    let stand = Stand::new().await;
    let cohorts = cohorts(rounds);
    stand.hear_of(&cohorts).await;
    consent(&stand, &cohorts).await;

    let pace = Pace::default();
    let raced: Vec<Raced<'_>> = stream::iter(groups(&cohorts, rounds))
        .map(|group| race(&stand, &pace, base, group))
        .buffered(LANES)
        .collect()
        .await;

    let opened = opened(&stand);
    for raced in &raced {
        judge(raced, &opened);
    }
    let firsts = |of: First| {
        let of_group = |raced: &Raced<'_>| raced.firsts.iter().filter(|first| **first == of).count();
        raced.iter().map(of_group).sum::<usize>()
    };
    let (sending, withdrawal) = (firsts(First::Sending), firsts(First::Withdrawal));
    println!(
        "seed {base}: of {rounds} rounds the sending came first in {sending}, the withdrawal in {withdrawal}"
    );
    println!("by run (S: the sending): {}", by_run(&raced));
    let least = rounds * LEAST_SHARE / 100;
    assert!(sending >= least && withdrawal >= least);
}

async fn consent(stand: &Stand, cohorts: &[Cohort]) {
    let everybody = cohorts.iter().flat_map(Cohort::everybody);
    let consents =
        everybody.flat_map(|who| [Recipient::Esf, Recipient::Scb].map(|recipient| (who, recipient)));
    stream::iter(consents)
        .for_each_concurrent(CONSENTING, |(who, recipient)| stand.consent(who, recipient))
        .await;
}

/// All racers of the group withdraw while its part begins.
async fn race<'a>(stand: &Stand, pace: &Pace, base: u64, group: Group<'a>) -> Raced<'a> {
    let run = stand.run_held(group.cohort.month, group.recipient).await;
    let turn = stand.release(&run).await;
    let pass = turn.arrived().await;
    let delays = pace.delays(base, group.seed, group.racers().len());
    let withdrawals = group.racers().iter().zip(delays.withdrawals);
    let withdrawals = withdrawals.map(async |(who, delay)| {
        tokio::time::sleep(delay).await;
        first(who, &stand.withdraw(who, group.recipient).await)
    });
    let (firsts, ()) = tokio::join!(join_all(withdrawals), async {
        tokio::time::sleep(delays.sending).await;
        pass.let_through();
    });
    pace.note(firsts[0]);
    let run = stand.reaches(&run, RunStatus::Ended).await;
    Raced { group, run, firsts }
}

fn first(who: &Participant, told: &WithdrawResponse) -> First {
    let mut months = told.in_transfer.iter().chain(&told.already_sent);
    if months.any(|told| told.placement_id == who.placement.to_string() && told.month == Some(who.month)) {
        First::Sending
    } else {
        First::Withdrawal
    }
}

fn opened(stand: &Stand) -> Opened {
    let mut opened = Opened::new();
    for recipient in Receiver::ALL {
        for held in stand.receivers.rows(recipient).unwrap() {
            let (times, counting) = opened.entry((recipient, held.row.report_id)).or_default();
            *times += 1;
            *counting += usize::from(held.counts && held.accepted == Some(true));
        }
    }
    opened
}

fn judge(raced: &Raced<'_>, opened: &Opened) {
    let Raced { group, run, firsts } = raced;
    let receiver = match group.recipient {
        Recipient::Scb => Receiver::Scb,
        Recipient::Esf | Recipient::Unspecified => Receiver::Esf,
    };
    let arrived = |who: &Participant| {
        let of_report = opened.get(&(receiver, who.report.to_string()));
        of_report.copied().unwrap_or_default()
    };
    let round = format!("run {} to {receiver}", group.seed);
    for (who, first) in group.racers().iter().zip(firsts) {
        let expected = match first {
            First::Withdrawal => (0, 0),
            First::Sending => (1, 1),
        };
        assert_eq!(
            arrived(who),
            expected,
            "{round}: what arrived of {}, who was told that this came first: {first:?}",
            who.person
        );
    }
    for who in group.staying() {
        assert_eq!(arrived(who), (1, 1), "{round}: {} did not withdraw", who.person);
    }
    let withdrawn = run
        .counts
        .iter()
        .filter(|count| count.reason() == RunRowReason::ConsentWithdrawn);
    let withdrawn: i64 = withdrawn.map(|count| count.rows).sum();
    let told = firsts.iter().filter(|first| **first == First::Withdrawal).count();
    assert_eq!(
        usize::try_from(withdrawn).unwrap(),
        told,
        "{round}: {:?}",
        run.counts
    );
}

fn by_run(raced: &[Raced<'_>]) -> String {
    let letters = raced.iter().map(|raced| {
        let letter = |first: &First| match first {
            First::Sending => 'S',
            First::Withdrawal => 'w',
        };
        raced.firsts.iter().map(letter).collect::<String>()
    });
    letters.collect::<Vec<_>>().join(" ")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the torture run gives its numbers in no other way"
)]
fn number(name: &'static str, usual: usize) -> usize {
    match std::env::var(name) {
        Err(VarError::NotPresent) => usual,
        given => given.expect("a number is text").parse().expect("a number"),
    }
}
