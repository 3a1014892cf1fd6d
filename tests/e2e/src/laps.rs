//! How long a test took with what, so that whoever makes tests faster sees where the time goes.

use std::fmt::Write as _;

use tokio::time::{Duration, Instant};

use crate::numbers::tell;

/// The laps of one test, told when it is done.
#[derive(Debug)]
pub struct Laps {
    name: String,
    began: Instant,
    last: Instant,
    done: Vec<(&'static str, Duration)>,
}

impl Laps {
    pub fn begin(name: &str) -> Self {
        let now = Instant::now();
        Self {
            name: name.to_owned(),
            began: now,
            last: now,
            done: Vec::new(),
        }
    }

    /// What has been done since the last lap.
    pub fn lap(&mut self, what: &'static str) {
        let now = Instant::now();
        self.done.push((what, now - self.last));
        self.last = now;
    }

    /// Says all of them in one line.
    pub fn tell(&self) {
        let mut line = format!("{}: {:.1} s", self.name, self.began.elapsed().as_secs_f64());
        for (what, took) in &self.done {
            let _infallible = write!(line, ", {what} {:.1}", took.as_secs_f64());
        }
        tell(&line);
    }
}
