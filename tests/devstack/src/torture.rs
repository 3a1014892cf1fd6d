//! `devstack torture`: the invariants under large numbers and a random seed, part by part; each part's share of the time
//! is printed. What measures time runs alone, the rest two at a time, since each part waits more than it works. A seed
//! that fails becomes a test. `devstack bench` runs the benchmarks in the same way, all of them alone.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result};
use support::files;

use crate::progress::Progress;

/// So many parts run side by side.
const LANES: usize = 2;

/// One part: what cargo is asked for, and the numbers it is given.
struct Part {
    name: &'static str,
    cargo: &'static str,
    numbers: &'static [(&'static str, &'static str)],
}

/// What a part took of the time, and how it ended.
struct Share {
    name: &'static str,
    seconds: u64,
    is_passed: bool,
}

// All packages, though one is meant: with fewer, cargo chooses other features and builds everything anew.
/// Parts that measure time.
const MEASURED: &[Part] = &[Part {
    name: "revocation: 1,000 changes",
    cargo: "test --locked --workspace --test e2e -- grants::revocation --nocapture",
    numbers: &[("GRANT_CHANGES", "1000"), ("SEARCHED", "1")],
}];

/// Parts that do not, the longest first.
const SIDE_BY_SIDE: &[Part] = &[
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
        name: "30 kills during the journey",
        cargo: "test --locked --workspace --test e2e -- journey_kills:: --nocapture",
        numbers: &[("JOURNEY_KILLS", "30")],
    },
    Part {
        name: "30 kills during log-ins and changes",
        cargo: "test --locked --workspace --test e2e -- kills:: --nocapture --skip journey_kills::",
        numbers: &[("KILLS", "30")],
    },
    Part {
        name: "Kafka stands still and dies, four times each",
        cargo: "test --locked --workspace --test e2e -- long_outage:: --nocapture",
        numbers: &[("OUTAGES", "4")],
    },
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
        name: "withdrawals against sendings and signatures: 1,000 rounds each",
        cargo: "test --locked --workspace --test it -- race:: --nocapture",
        numbers: &[("TORTURE_ROUNDS", "1000")],
    },
    Part {
        name: "withdrawals against sendings, by what the recipients opened: 1,000 rounds",
        cargo: "test --locked --workspace --test withdrawal -- --nocapture",
        numbers: &[("TORTURE_ROUNDS", "1000")],
    },
];

const BENCH: &[Part] = &[
    Part {
        name: "a whole call against a bare one",
        cargo: "bench --locked --workspace --bench calls",
        numbers: &[],
    },
    Part {
        name: "the outbox against a bare producer",
        cargo: "bench --locked --workspace --bench outbox",
        numbers: &[],
    },
    Part {
        name: "decisions at a million grants",
        cargo: "bench --locked --workspace --bench grants",
        numbers: &[],
    },
    Part {
        name: "the gateway's hop in JSON against the direct call",
        cargo: "bench --locked --workspace --bench hop",
        numbers: &[],
    },
    Part {
        name: "an export of a million rows",
        cargo: "bench --locked --workspace --bench million",
        numbers: &[],
    },
    Part {
        name: "submitting months against a script of their rows",
        cargo: "bench --locked --workspace --bench submit",
        numbers: &[],
    },
    Part {
        name: "month view and lists over ten million day rows",
        cargo: "bench --locked --workspace --bench months",
        numbers: &[],
    },
    Part {
        name: "lists over a million placements",
        cargo: "bench --locked --workspace --bench placements",
        numbers: &[],
    },
];

/// Runs every part of the torture under the seed, all of them even when one fails.
pub fn torture(seed: Option<u64>) -> Result<ExitCode> {
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) * 2_654_435_761 % 1_000_003);
    Progress::Lines.say(&format!("seed {seed}; the same again with SEED={seed}"));
    let mut shares = one_by_one(MEASURED, seed)?;
    shares.extend(side_by_side(SIDE_BY_SIDE, seed)?);
    Ok(tell(&shares))
}

/// Runs every benchmark.
pub fn bench() -> Result<ExitCode> {
    Ok(tell(&one_by_one(BENCH, 1)?))
}

fn one_by_one(parts: &[Part], seed: u64) -> Result<Vec<Share>> {
    let run = |part: &Part| {
        Progress::Lines.say(&format!("== {}", part.name));
        part.run(&mut part.command(seed))
    };
    parts.iter().map(run).collect()
}

// What a part prints is kept until it ends, or two of them would be read as one.
fn side_by_side(parts: &[Part], seed: u64) -> Result<Vec<Share>> {
    let (left, printing) = (Mutex::new(parts.iter().enumerate()), Mutex::new(()));
    let lane = || {
        let mut shares = Vec::new();
        loop {
            let next = left.lock().expect("no lane panics while it takes a part").next();
            let Some((place, part)) = next else {
                return anyhow::Ok(shares);
            };
            let (share, printed) = part.run_aside(place, seed)?;
            let _one = printing.lock().expect("no lane panics while it prints");
            Progress::Lines.say(&format!("== {}", part.name));
            std::io::stderr().write_all(&std::fs::read(&printed)?)?;
            shares.push(share);
        }
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        let mut shares = Vec::new();
        for lane in lanes {
            shares.extend(lane.join().expect("a lane gives errors back")?);
        }
        Ok(shares)
    })
}

fn tell(shares: &[Share]) -> ExitCode {
    for share in shares {
        let mark = if share.is_passed { "passed" } else { "FAILED" };
        Progress::Lines.say(&format!("{mark}  {:>5} s  {}", share.seconds, share.name));
    }
    if shares.iter().all(|share| share.is_passed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Part {
    fn command(&self, seed: u64) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(self.cargo.split_whitespace())
            .envs(self.numbers.iter().copied())
            .env("SEED", seed.to_string());
        command
    }

    fn run(&self, command: &mut Command) -> Result<Share> {
        let begun = Instant::now();
        let status = command.status().context("cargo cannot be run")?;
        Ok(Share {
            name: self.name,
            seconds: begun.elapsed().as_secs(),
            is_passed: status.success(),
        })
    }

    fn run_aside(&self, place: usize, seed: u64) -> Result<(Share, PathBuf)> {
        let folder = files::run_folder().join("log/torture");
        std::fs::create_dir_all(&folder).context("no place for what the parts print")?;
        let path = folder.join(format!("{place}.log"));
        let log = File::create(&path).context("no place for what a part prints")?;
        let mut command = self.command(seed);
        command.stdout(log.try_clone()?).stderr(log);
        Ok((self.run(&mut command)?, path))
    }
}
