//! What the gateway's hop costs: a Connect call in JSON with a session's cookie, from the gateway's socket to the
//! service's answer and back, against the same call made directly over gRPC. The service has its answers at hand behind
//! the platform's real gate, so that nothing it would do besides hides the hop. Bar: gateway and service together take at
//! most three times the CPU that the service takes for the direct call.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

mod answers;
mod callers;
#[path = "../../../platform/benches/shared/pinned.rs"]
mod pinned;
mod stand;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use callers::{Direct, Hop};
use pinned::Pinned;
use stand::Stand;

const PAIRS: usize = 8;
const PHASE: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_millis(500);
const CALLERS: usize = 16;
const BAR: f64 = 3.0;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Payload {
    Month,
    List,
}

/// The one machine of the measurement: callers, the gateway, and what is behind it, each on threads of its own.
struct Bench {
    near: Pinned,
    gateway: Pinned,
    far: Pinned,
    stand: Stand,
    direct: Direct,
    hop: Hop,
}

/// CPU that a call takes on both sides of the gateway, in microseconds.
#[derive(Clone, Copy)]
struct Cost {
    gateway: f64,
    service: f64,
}

/// Calls of a while.
struct Phase {
    answered: u64,
    took: Duration,
    cost: Cost,
}

/// The costs of a payload, round by round.
#[derive(Default)]
struct Rounds {
    direct: Vec<Cost>,
    hop: Vec<Cost>,
    answered: u64,
}

fn main() {
    let bench = Bench::start();
    bench.tell_sizes();
    let payloads = [Payload::Month, Payload::List];
    let missed: Vec<_> = payloads
        .into_iter()
        .filter(|payload| !bench.rounds(*payload).conclude(*payload))
        .collect();
    let exchanges = bench.stand.exchanges.load(Ordering::SeqCst);
    println!("sessions {CALLERS}, exchanged for tokens {exchanges} times in all");
    assert!(missed.is_empty(), "the bar is missed: {missed:?}");
}

impl Bench {
    fn start() -> Self {
        // The callers share a core with the gateway: what is compared is CPU time, not the clock's.
        let (near, gateway, far) = (Pinned::new(0), Pinned::new(0), Pinned::new(1));
        let stand = Stand::start(&gateway, &far);
        let (direct, hop) = (Direct::new(&stand), Hop::new(&stand));
        Self {
            near,
            gateway,
            far,
            stand,
            direct,
            hop,
        }
    }

    fn tell_sizes(&self) {
        println!("callers {CALLERS}, each with a session of its own; rounds of {PHASE:?}");
        for (payload, bytes) in [
            (Payload::Month, answers::month_bytes()),
            (Payload::List, answers::list_bytes()),
        ] {
            let json = self.near.run(self.hop.size(payload));
            println!("{}: {bytes} bytes as a message, {json} as JSON", payload.name());
        }
    }

    fn rounds(&self, payload: Payload) -> Rounds {
        self.stand.handled(payload).store(0, Ordering::SeqCst);
        let mut rounds = Rounds::default();
        for is_hop in [false, true] {
            rounds.answered += self.phase(payload, is_hop, WARM_UP).answered;
        }
        for round in 0..PAIRS {
            // A B B A, so that a machine that warms up or slows down favours neither.
            for is_hop in [round % 2 == 1, round % 2 == 0] {
                let phase = self.phase(payload, is_hop, PHASE);
                phase.tell(payload, is_hop);
                rounds.answered += phase.answered;
                let costs = if is_hop {
                    &mut rounds.hop
                } else {
                    &mut rounds.direct
                };
                costs.push(phase.cost);
            }
        }
        let handled = self.stand.handled(payload).load(Ordering::SeqCst);
        println!(
            "{}: answered {}, handled by the service {handled}",
            payload.name(),
            rounds.answered
        );
        assert_eq!(rounds.answered, handled, "every answer was worked for");
        rounds
    }

    fn phase(&self, payload: Payload, is_hop: bool, time: Duration) -> Phase {
        let (began, before) = (Instant::now(), (self.gateway.cpu(), self.far.cpu()));
        let answered = if is_hop {
            self.near.run(self.hop.load(payload, began + time))
        } else {
            self.near.run(self.direct.load(payload, began + time))
        };
        let took = began.elapsed();
        let cost = Cost {
            gateway: per(self.gateway.cpu().saturating_sub(before.0), answered),
            service: per(self.far.cpu().saturating_sub(before.1), answered),
        };
        Phase { answered, took, cost }
    }
}

impl Phase {
    #[expect(clippy::cast_precision_loss, reason = "calls of a second")]
    fn tell(&self, payload: Payload, is_hop: bool) {
        println!(
            "{:<5} {:<6} {:>7.0}/s, CPU per call: gateway {:>6.1} µs, service {:>6.1} µs",
            payload.name(),
            if is_hop { "hop" } else { "direct" },
            self.answered as f64 / self.took.as_secs_f64(),
            self.cost.gateway,
            self.cost.service,
        );
    }
}

impl Payload {
    fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::List => "list",
        }
    }
}

impl Rounds {
    /// Prints both readings of the bar; answers whether the stricter one holds.
    fn conclude(&self, payload: Payload) -> bool {
        let pairs = || self.hop.iter().zip(&self.direct);
        let ratios = pairs().map(|(hop, direct)| (hop.gateway + hop.service) / direct.service);
        let alone = pairs().map(|(hop, direct)| hop.gateway / direct.service);
        let name = payload.name();
        let whole = format!("{name}: gateway and service against the direct call");
        let median = spread(&whole, ratios, Some(BAR));
        spread(
            &format!("{name}: the gateway alone against the direct call"),
            alone,
            None,
        );
        median <= BAR
    }
}

/// Prints the distribution of ratios and answers their median.
fn spread(what: &str, ratios: impl Iterator<Item = f64>, bar: Option<f64>) -> f64 {
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_by(f64::total_cmp);
    let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
    let median = f64::midpoint(ratios[(ratios.len() - 1) / 2], ratios[ratios.len() / 2]);
    let told = bar.map_or_else(String::new, |bar| format!(", at most {bar}"));
    println!(
        "{what}: median {median:.2} min {least:.2} max {most:.2} of {} pairs{told}",
        ratios.len()
    );
    median
}

#[expect(clippy::cast_precision_loss, reason = "calls of a second")]
fn per(cpu: Duration, calls: u64) -> f64 {
    cpu.as_secs_f64() * 1e6 / calls as f64
}
