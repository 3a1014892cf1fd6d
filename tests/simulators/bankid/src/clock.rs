//! The simulator's idea of now. Every rule about time asks a `Clock`, so a test moves minutes in an instant
//! and the control port can shift a running simulator.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A source of the current instant.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// The machine's clock, moved by the signed number of seconds in an optional file that is read at every look.
#[derive(Debug, Default)]
pub struct SystemClock {
    offset_file: Option<PathBuf>,
}

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

/// Another clock plus a shift set through the control port.
pub struct ShiftedClock {
    inner: Arc<dyn Clock>,
    shift_seconds: AtomicI64,
}

impl SystemClock {
    pub fn new(offset_file: Option<PathBuf>) -> Self {
        Self { offset_file }
    }

    fn offset(&self) -> SignedDuration {
        let Some(file) = &self.offset_file else {
            return SignedDuration::ZERO;
        };
        let seconds = std::fs::read_to_string(file)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        SignedDuration::from_secs(seconds.unwrap_or(0))
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of the simulator that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.offset()
    }
}

impl ManualClock {
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ShiftedClock {
    pub fn new(inner: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            shift_seconds: AtomicI64::new(0),
        }
    }

    pub fn shift_seconds(&self) -> i64 {
        self.shift_seconds.load(Ordering::SeqCst)
    }

    pub fn set_shift(&self, seconds: i64) {
        self.shift_seconds.store(seconds, Ordering::SeqCst);
    }

    pub fn advance(&self, seconds: i64) {
        self.shift_seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        self.inner.now() + SignedDuration::from_secs(self.shift_seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_file_moves_the_system_clock() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("offset");
        std::fs::write(&file, "-86400\n").unwrap();
        let moved = SystemClock::new(Some(file)).now();
        let apart = SystemClock::default().now().duration_since(moved);
        assert!((86_395..=86_405).contains(&apart.as_secs()));
    }
}
