//! How large a test is and by which seed it draws. `make test` takes what is written in the tests; `make torture` asks
//! for more by environment variables.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use support::shared;

/// A number from the environment, or the one for `make test`.
pub fn count(variable: &str, usual: usize) -> Result<usize> {
    match shared::given(variable) {
        Some(text) => text.parse().with_context(|| format!("{variable} is no number")),
        None => Ok(usual),
    }
}

/// The seed of this run: `SEED`, or always the same one.
pub fn seed() -> Result<u64> {
    match shared::given("SEED") {
        Some(text) => text.parse().context("SEED is no number"),
        None => Ok(20_261_122),
    }
}

/// Draws that repeat with the seed; `purpose` keeps the parts of a test apart.
pub fn draws(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    draws.set_stream(purpose);
    draws
}

/// The value below which the given share of the times lies.
pub fn percentile(times: &[Duration], share: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of a count is a count"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Tells a result, also when the test passes.
pub fn tell(line: &str) {
    // A closed standard error is no reason to fail.
    drop(writeln!(std::io::stderr(), "{line}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();

        assert_eq!(percentile(&times, 0.5), Duration::from_millis(100));
        assert_eq!(percentile(&times, 0.99), Duration::from_millis(198));
        assert_eq!(percentile(&times, 1.0), Duration::from_millis(200));
    }
}
