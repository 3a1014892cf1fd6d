//! Who is killed in which step of which journey, drawn from a seed: each victim once before one comes again, and each in
//! a step in which it has something to do.

use std::time::Duration;

use rand::Rng as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_chacha::ChaCha8Rng;

/// Whoever can be killed.
pub const VICTIMS: [&str; 9] = [
    "identity",
    "staff",
    "participants",
    "attendance",
    "consent",
    "export",
    "gateway",
    POSTGRES,
    KAFKA,
];
pub const POSTGRES: &str = "postgres";
pub const KAFKA: &str = "kafka";

/// Months that can be reported on any day: later ones are not over, earlier ones may be closed.
pub const MOST_JOURNEYS: usize = 3;

const IN_ONE_JOURNEY: usize = 10;
const LONGEST_DELAY_MS: u64 = 500;

/// What the job tells as it begins a step, and who works in it.
const STEPS: [(&str, &[&str]); 7] = [
    ("The providers' staff", &["staff", "identity", "gateway", KAFKA]),
    ("The input files", &["participants", "identity", POSTGRES]),
    ("Receivers find", &["participants", "gateway", POSTGRES, KAFKA]),
    (
        "The providers' hours",
        &["attendance", "gateway", POSTGRES, KAFKA],
    ),
    (
        "The participants read",
        &["identity", "attendance", "consent", "gateway", POSTGRES, KAFKA],
    ),
    (
        "The agency runs the export to ESF",
        &["export", "consent", POSTGRES],
    ),
    ("The export to SCB", &["export", "consent"]),
];

/// A kill to come.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub victim: &'static str,
    /// Place of the step.
    pub step: usize,
    /// After the step has begun, whoever was killed before is back, and the actors go on.
    pub delay: Duration,
}

/// The kills of one journey, in the order of the steps.
#[derive(Clone, Debug)]
pub struct Plan(pub Vec<Planned>);

impl Plan {
    /// So many kills, in as few journeys as they fit in.
    pub fn draw(kills: usize, draws: &mut ChaCha8Rng) -> Vec<Self> {
        let mut order = Vec::new();
        while order.len() < kills {
            let mut round = VICTIMS;
            round.shuffle(draws);
            order.extend(round);
        }
        order.truncate(kills);
        let journeys = order.chunks(IN_ONE_JOURNEY).map(|victims| {
            let mut planned: Vec<Planned> = victims
                .iter()
                .map(|&victim| Planned::draw(victim, draws))
                .collect();
            // An export waits for consent, and nobody waits for an export.
            planned.sort_by_key(|planned| (planned.step, planned.victim == "export"));
            Self(planned)
        });
        journeys.collect()
    }
}

impl Planned {
    /// As it is told.
    pub fn step_name(&self) -> &'static str {
        STEPS[self.step].0
    }

    fn draw(victim: &'static str, draws: &mut ChaCha8Rng) -> Self {
        let steps: Vec<usize> = (0..STEPS.len())
            .filter(|step| STEPS[*step].1.contains(&victim))
            .collect();
        let step = *steps.choose(draws).expect("everybody works in some step");
        let delay = draws.random_range(0..LONGEST_DELAY_MS);
        Self {
            victim,
            step,
            // An export goes on by itself as soon as whoever was killed before is back, and is soon done.
            delay: Duration::from_millis(if victim == "export" { 0 } else { delay }),
        }
    }
}

/// The step that a line tells the beginning of.
pub fn step_of(line: &str) -> Option<usize> {
    STEPS.iter().position(|(begin, _)| line.starts_with(begin))
}
