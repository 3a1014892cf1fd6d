//! Time and chance as parameters: everything that reads a clock or draws randomness takes one of these, so that tests
//! can move time and repeat a draw. The process gets [`SystemClock`] and [`SystemEntropy`] from `platform::service`;
//! tests use [`ManualClock`] and [`SeededEntropy`].

mod offset;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};

use self::offset::OffsetFile;

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present instant, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock handed from part to part.
pub type SharedClock = Arc<dyn Clock>;

/// Gives random bytes.
pub trait Entropy: fmt::Debug + Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// A source of randomness handed from part to part.
pub type SharedEntropy = Arc<dyn Entropy>;

/// `[clock]`: how the process tells the time.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClockConfig {
    /// A file with a signed number of seconds that is added to the machine's clock; refused in production.
    pub offset_file: Option<PathBuf>,
}

/// The machine's clock, moved by the offset file where one is configured.
#[derive(Debug, Default)]
pub struct SystemClock {
    offset: Option<OffsetFile>,
}

/// A clock that stands still until it is told otherwise.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

/// The operating system's randomness, fit for keys and tokens.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

/// A repeatable sequence of bytes for tests.
pub struct SeededEntropy {
    sequence: Mutex<StdRng>,
}

// === impl SystemClock ===

impl SystemClock {
    /// The machine's clock as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// The clock that the configuration asks for. A file that is missing or holds no number is an error, so that a
    /// test environment never runs on another time than it believes.
    pub fn load(config: &ClockConfig) -> Result<Self, std::io::Error> {
        let offset = config.offset_file.clone().map(OffsetFile::open).transpose()?;
        Ok(Self { offset })
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        let offset = self
            .offset
            .as_ref()
            .map_or(SignedDuration::ZERO, OffsetFile::offset);
        Timestamp::now()
            .saturating_add(offset)
            .expect("adding seconds to an instant saturates, it does not fail")
    }
}

// === impl ManualClock ===

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { now: Mutex::new(now) }
    }

    /// Shows `now` from here on; going back is allowed, since machines' clocks do that too.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().expect("no holder of this lock can panic") = now;
    }

    /// Moves on (or back) by `step`.
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.now.lock().expect("no holder of this lock can panic");
        *now = now
            .saturating_add(step)
            .expect("adding a duration to an instant saturates, it does not fail");
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("no holder of this lock can panic")
    }
}

// === impl SystemEntropy ===

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the operating system always has randomness once it is up");
    }
}

// === impl SeededEntropy ===

impl SeededEntropy {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            sequence: Mutex::new(StdRng::seed_from_u64(seed)),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.sequence
            .lock()
            .expect("no holder of this lock can panic")
            .fill_bytes(bytes);
    }
}

impl fmt::Debug for SeededEntropy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SeededEntropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let draw = |seed| {
            let mut bytes = [0; 16];
            SeededEntropy::new(seed).fill(&mut bytes);
            bytes
        };

        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let start: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        let clock = ManualClock::new(start);

        clock.advance(SignedDuration::from_hours(25));

        assert_eq!(clock.now(), "2026-03-03T09:00:00Z".parse().unwrap());
    }

    #[test]
    fn the_offset_file_moves_the_clock() {
        let file = offset::scratch_file("86400\n");
        let moved = SystemClock::load(&ClockConfig {
            offset_file: Some(file.clone()),
        })
        .unwrap();

        let ahead = moved.now().duration_since(SystemClock::new().now());

        assert!((86_399..=86_400).contains(&ahead.as_secs()), "ahead by {ahead}");
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn an_offset_file_without_a_number_is_refused() {
        let file = offset::scratch_file("tomorrow");

        let refused = SystemClock::load(&ClockConfig {
            offset_file: Some(file.clone()),
        });

        assert!(refused.is_err());
        std::fs::remove_file(file).unwrap();
    }
}
