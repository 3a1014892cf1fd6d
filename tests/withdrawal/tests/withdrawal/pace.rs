//! Who starts when. The delays of a round are drawn by its seed; what both sides need before they meet differs from machine
//! to machine, so one of them is given a lead that follows who came first before. Races stay close on any machine.

use std::sync::Mutex;
use std::time::Duration;

/// Withdrawals of a round begin within so many microseconds of each other,
const TOGETHER: u64 = 4_000;
/// but the last one is late by so many at most: it meets the file built anew, the transfer or the receipt.
const LATE: u64 = 60_000;
/// A beginning has so much more to read than a withdrawal before it comes to the consents, on most machines.
const FIRST_LEAD: i64 = 5_000;
const FIRST_STEP: i64 = 500;
const LONGEST_LEAD: i64 = 100_000;

/// How long each side is held up in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delays {
    pub sending: Duration,
    pub withdrawals: Vec<Duration>,
}

/// Who came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    Sending,
    Withdrawal,
}

/// The lead of the sending, shared by all rounds.
#[derive(Debug)]
pub struct Pace(Mutex<Lead>);

#[derive(Debug)]
struct Lead {
    /// In microseconds; negative: the withdrawals have it.
    micros: i64,
    step: i64,
    last: Option<First>,
}

impl Default for Pace {
    fn default() -> Self {
        Self(Mutex::new(Lead {
            micros: FIRST_LEAD,
            step: FIRST_STEP,
            last: None,
        }))
    }
}

impl Pace {
    /// The delays of the round with this seed.
    pub fn delays(&self, base: u64, seed: u64, withdrawals: usize) -> Delays {
        let lead = self.0.lock().unwrap().micros;
        let after = Duration::from_micros(u64::try_from(lead).unwrap_or(0));
        let last = withdrawals.saturating_sub(1);
        let drawn = (0..withdrawals).map(|place| {
            let span = if place == last { LATE } else { TOGETHER };
            after + Duration::from_micros(draw(base, seed, place) % span)
        });
        Delays {
            sending: Duration::from_micros(u64::try_from(-lead).unwrap_or(0)),
            withdrawals: drawn.collect(),
        }
    }

    /// Whoever came first starts later the next time; the more so, the more often in a row.
    pub fn note(&self, first: First) {
        let mut lead = self.0.lock().unwrap();
        let is_again = lead.last.replace(first) == Some(first);
        lead.step = if is_again { lead.step * 2 } else { FIRST_STEP };
        let step = match first {
            First::Sending => -lead.step,
            First::Withdrawal => lead.step,
        };
        lead.micros = (lead.micros + step).clamp(-LONGEST_LEAD, LONGEST_LEAD);
    }
}

fn draw(base: u64, seed: u64, place: usize) -> u64 {
    let place = u64::try_from(place).unwrap_or_default();
    let mut mixed = base
        .wrapping_mul(1_000_003)
        .wrapping_add(seed)
        .wrapping_mul(31)
        .wrapping_add(place)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^= mixed >> 29;
    mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
}

#[test]
fn the_same_seed_draws_the_same_delays() {
    let delays = |base, seed| Pace::default().delays(base, seed, 4);
    assert_eq!(delays(1, 7), delays(1, 7));
    assert_ne!(delays(1, 7), delays(1, 8));
    assert_ne!(delays(1, 7), delays(2, 7));
}

#[test]
fn whoever_comes_first_again_and_again_is_held_up() {
    let pace = Pace::default();
    for _ in 0..6 {
        pace.note(First::Withdrawal);
    }
    let delays = pace.delays(1, 1, 3);
    assert_eq!(delays.sending, Duration::ZERO);
    assert!(
        delays
            .withdrawals
            .iter()
            .all(|delay| *delay >= Duration::from_millis(31))
    );
    for _ in 0..8 {
        pace.note(First::Sending);
    }
    let delays = pace.delays(1, 1, 3);
    assert!(delays.sending >= Duration::from_millis(31));
    assert!(delays.withdrawals[0] <= Duration::from_micros(TOGETHER));
}
