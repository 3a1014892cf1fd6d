//! Time limits of calls. What the caller allows comes in as `grpc-timeout`; what is left of it goes out with every call
//! made meanwhile, so that nobody works for a caller who has given up.

use std::future::Future;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::time::Instant;

const HEADER: &str = "grpc-timeout";
const MOST_DIGITS: usize = 8;
/// For callers that set none: every call ends.
const DEFAULT: Duration = Duration::from_secs(30);
/// The transport has a timer of its own for the same header; ours must be first, since it answers with a reason.
const AHEAD_OF_TRANSPORT: Duration = Duration::from_millis(5);

tokio::task_local! {
    static CURRENT: Deadline;
}

/// The instant at which the caller stops waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now() + duration)
    }

    /// The deadline of the call this task works for.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|deadline| *deadline).ok()
    }

    /// What is left; zero when it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// As an instant, for timers.
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Runs a future whose outgoing calls inherit this deadline.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    pub(super) fn of_request(headers: &HeaderMap) -> Self {
        let allowed = headers.get(HEADER).and_then(read).unwrap_or(DEFAULT);
        Self::after(allowed.saturating_sub(AHEAD_OF_TRANSPORT.min(allowed / 10)))
    }

    /// The deadline of an outgoing call: the earliest of what it asks for, what this task has left and the most allowed.
    pub(super) fn of_call(headers: &HeaderMap, most: Duration) -> Self {
        let asked = headers.get(HEADER).and_then(read).unwrap_or(most).min(most);
        let own = Self::after(asked);
        Self::current().map_or(own, |inherited| inherited.min(own))
    }

    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(HEADER, spell(self.remaining()));
    }
}

fn read(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > MOST_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

// Milliseconds reach 27 hours in eight digits, which is more than any call may take.
fn spell(duration: Duration) -> HeaderValue {
    let milliseconds = u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .clamp(1, 99_999_999);
    HeaderValue::from_str(&format!("{milliseconds}m")).expect("digits and a letter are a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HEADER.parse().unwrap(), value.parse().unwrap())])
    }

    #[test]
    fn reads_every_unit_of_the_protocol() {
        let spelled = ["2H", "2M", "2S", "2m", "2u", "2n"].map(|text| read(&text.parse().unwrap()).unwrap());
        let meant = [
            Duration::from_hours(2),
            Duration::from_mins(2),
            Duration::from_secs(2),
            Duration::from_millis(2),
            Duration::from_micros(2),
            Duration::from_nanos(2),
        ];
        assert_eq!(spelled, meant);
    }

    #[test]
    fn refuses_what_the_protocol_does_not_know() {
        for text in ["", "S", "-1S", "1", "123456789S", "1x", "1.5S"] {
            assert_eq!(read(&text.parse().unwrap()), None, "{text:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_outgoing_call_gets_what_is_left() {
        let mut sent = HeaderMap::new();
        Deadline::after(Duration::from_secs(3))
            .scope(async {
                tokio::time::advance(Duration::from_secs(1)).await;
                Deadline::of_call(&HeaderMap::new(), Duration::from_secs(10)).write(&mut sent);
            })
            .await;
        assert_eq!(sent[HEADER], "2000m");
    }

    #[tokio::test(start_paused = true)]
    async fn an_outgoing_call_never_waits_longer_than_allowed() {
        let deadline = Deadline::of_call(&headers("60S"), Duration::from_secs(10));
        assert_eq!(deadline.remaining(), Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_without_a_limit_gets_one() {
        assert!(Deadline::of_request(&HeaderMap::new()).remaining() <= DEFAULT);
    }

    proptest::proptest! {
        #[test]
        fn withstands_any_timeout(text in "[0-9HMSmun -]{0,12}") {
            let _ = text.parse().ok().and_then(|value| read(&value));
        }
    }
}
