//! `devstack torture`: the invariants under large numbers and a random seed, part by part; each part's share of the time
//! is printed. A seed that fails becomes a test. `devstack bench` runs the benchmarks in the same way.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::progress::Progress;

/// One part: what cargo is asked for, and the numbers it is given.
struct Part {
    name: &'static str,
    cargo: &'static str,
    numbers: &'static [(&'static str, &'static str)],
}

// All packages, though one is meant: with fewer, cargo chooses other features and builds everything anew.
const TORTURE: [Part; 7] = [
    Part {
        name: "rules, parsers and state machines by property",
        cargo: "test --locked --workspace --lib --no-fail-fast",
        numbers: &[("PROPTEST_CASES", "5000")],
    },
    Part {
        name: "last administrator: 10,000 rounds, 8 threads",
        cargo: "test --locked --workspace --test it -- administrators:: --nocapture",
        numbers: &[("TORTURE_ROUNDS", "10000")],
    },
    Part {
        name: "outbox, relay, consumers and restores; 200 kills of the relay",
        cargo: "test --locked --workspace --test it -- relay:: consumer:: outbox:: restore::",
        numbers: &[("RELAY_KILLS", "200")],
    },
    Part {
        name: "revocation: 1,000 changes",
        cargo: "test --locked --workspace --test e2e -- grants::revocation --nocapture",
        numbers: &[("GRANT_CHANGES", "1000"), ("SEARCHED", "1")],
    },
    Part {
        name: "grants: 100,000 random steps, 20 restarts",
        cargo: "test --locked --workspace --test e2e -- grants::random_steps --nocapture",
        numbers: &[
            ("GRANT_STEPS", "100000"),
            ("GRANT_RESTARTS", "20"),
            ("GRANT_DAYS", "20"),
            ("SEARCHED", "1"),
        ],
    },
    Part {
        name: "30 kills during log-ins and changes",
        cargo: "test --locked --workspace --test e2e -- kills:: --nocapture",
        numbers: &[("KILLS", "30")],
    },
    Part {
        name: "withdrawals against sendings and signatures: 1,000 rounds each",
        cargo: "test --locked --workspace --test it -- race:: --nocapture",
        numbers: &[("TORTURE_ROUNDS", "1000")],
    },
];

const BENCH: [Part; 3] = [
    Part {
        name: "a whole call against a bare one",
        cargo: "bench --locked --package platform --bench calls",
        numbers: &[],
    },
    Part {
        name: "the outbox against a bare producer",
        cargo: "bench --locked --package platform --bench outbox",
        numbers: &[],
    },
    Part {
        name: "decisions at a million grants",
        cargo: "bench --locked --package platform --bench grants",
        numbers: &[],
    },
];

/// Runs every part of the torture under the seed, all of them even when one fails.
pub fn torture(seed: Option<u64>) -> Result<ExitCode> {
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) * 2_654_435_761 % 1_000_003);
    Progress::Lines.say(&format!("seed {seed}; the same again with SEED={seed}"));
    run(&TORTURE, seed)
}

/// Runs every benchmark.
pub fn bench() -> Result<ExitCode> {
    run(&BENCH, 1)
}

fn run(parts: &[Part], seed: u64) -> Result<ExitCode> {
    let mut shares = Vec::new();
    for part in parts {
        Progress::Lines.say(&format!("== {}", part.name));
        let begun = Instant::now();
        let mut command = Command::new("cargo");
        command
            .args(part.cargo.split_whitespace())
            .envs(part.numbers.iter().copied())
            .env("SEED", seed.to_string());
        let status = command.status().context("cargo cannot be run")?;
        shares.push((part.name, begun.elapsed().as_secs(), status.success()));
    }
    for (name, seconds, is_passed) in &shares {
        let mark = if *is_passed { "passed" } else { "FAILED" };
        Progress::Lines.say(&format!("{mark}  {seconds:>5} s  {name}"));
    }
    Ok(if shares.iter().all(|(_, _, is_passed)| *is_passed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
