//! How far it is: a bar with the time gone by and left on a terminal, a line per mutation elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

const FRAME: Duration = Duration::from_millis(120);

/// Tells whoever waits how far it is.
pub struct Bar {
    bar: ProgressBar,
    is_told: bool,
}

/// How the time goes by.
pub struct Pace {
    begun: Instant,
    done: u32,
    left: u32,
}

impl Bar {
    /// What suits standard error.
    pub fn detect() -> Self {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}");
        bar.set_style(style.expect("the template is one"));
        bar.enable_steady_tick(FRAME);
        Self { bar, is_told: true }
    }

    /// For tests.
    pub fn silent() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            is_told: false,
        }
    }

    /// What is going on now.
    pub fn now(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// Says one line.
    pub fn say(&self, line: &str) {
        if self.is_told {
            // A closed standard error is no reason to stop.
            self.bar.suspend(|| drop(writeln!(std::io::stderr(), "{line}")));
        }
    }
}

impl Pace {
    pub fn new(left: usize) -> Self {
        Self {
            begun: Instant::now(),
            done: 0,
            left: u32::try_from(left).unwrap_or(u32::MAX),
        }
    }

    /// One more is done.
    pub fn step(&mut self) {
        self.done += 1;
        self.left = self.left.saturating_sub(1);
    }

    /// How long it has taken, and how long what is left takes at this pace.
    pub fn tell(&self) -> String {
        let gone = self.begun.elapsed();
        let left = if self.done == 0 {
            "unknown".to_owned()
        } else {
            minutes(gone / self.done * self.left)
        };
        format!(
            "{} of {} done, {} gone, about {left} left",
            self.done,
            self.done + self.left,
            minutes(gone)
        )
    }
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
