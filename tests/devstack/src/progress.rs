//! What is going on, on standard error: a spinner and the seconds on a terminal, a line per finished step elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

const FRAME: Duration = Duration::from_millis(120);

/// Tells whoever waits what they wait for.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    Terminal,
    Lines,
    /// For tests.
    Silent,
}

impl Progress {
    /// What suits standard error.
    pub fn detect() -> Self {
        if std::io::stderr().is_terminal() {
            Self::Terminal
        } else {
            Self::Lines
        }
    }

    /// Does a step; its name becomes part of its error.
    pub fn step<T>(
        self,
        name: &str,
        work: impl Future<Output = Result<T>>,
    ) -> impl Future<Output = Result<T>> {
        // Steps hold whole servers; boxed, they do not add up to one huge future.
        let work = Box::pin(work);
        async move {
            let start = Instant::now();
            let spinner = self.spinner(name);
            let outcome = work.await;
            spinner.finish_and_clear();
            let mark = if outcome.is_ok() { "done" } else { "failed" };
            self.say(&format!(
                "{name}: {mark} ({:.1} s)",
                start.elapsed().as_secs_f64()
            ));
            outcome.with_context(|| format!("{name} failed"))
        }
    }

    /// Says one line.
    pub fn say(self, line: &str) {
        match self {
            // A closed standard error is no reason to stop.
            Self::Terminal | Self::Lines => drop(writeln!(std::io::stderr(), "{line}")),
            Self::Silent => {}
        }
    }

    fn spinner(self, name: &str) -> ProgressBar {
        let spinner = match self {
            Self::Terminal => ProgressBar::new_spinner(),
            Self::Lines | Self::Silent => ProgressBar::hidden(),
        };
        spinner.set_style(ProgressStyle::default_spinner());
        spinner.set_message(name.to_owned());
        spinner.enable_steady_tick(FRAME);
        spinner
    }
}
