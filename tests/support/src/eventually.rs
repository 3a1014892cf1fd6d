//! Waiting for a state with a deadline, so that no test sleeps for a time somebody guessed.
//! The condition answers with an Option, a Result or a bool; the last reason is part of the failure.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// What a condition may answer: the value waited for, or why it is not there yet.
pub trait Answer {
    type Value;
    fn settle(self) -> Result<Self::Value, String>;
}

impl<T> Answer for Option<T> {
    type Value = T;
    fn settle(self) -> Result<T, String> {
        self.ok_or_else(|| "there is no value yet".to_owned())
    }
}

impl<T, E: Debug> Answer for std::result::Result<T, E> {
    type Value = T;
    fn settle(self) -> Result<T, String> {
        self.map_err(|error| format!("{error:?}"))
    }
}

impl Answer for bool {
    type Value = ();
    fn settle(self) -> Result<(), String> {
        if self {
            Ok(())
        } else {
            Err("the condition is still false".to_owned())
        }
    }
}

/// Asks until the condition holds and returns its value; panics with the last reason when the deadline has passed.
pub async fn eventually<A, F, Fut>(deadline: Duration, condition: F) -> A::Value
where
    A: Answer,
    F: FnMut() -> Fut,
    Fut: Future<Output = A>,
{
    match try_eventually(deadline, condition).await {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

/// Like [`eventually`], for code that wants to report the failure itself.
pub async fn try_eventually<A, F, Fut>(deadline: Duration, mut condition: F) -> Result<A::Value>
where
    A: Answer,
    F: FnMut() -> Fut,
    Fut: Future<Output = A>,
{
    let end = Instant::now() + deadline;
    let mut pause = FIRST_PAUSE;
    let mut reason = "the condition has not answered once".to_owned();
    loop {
        match tokio::time::timeout_at(end, condition()).await {
            Ok(answer) => match answer.settle() {
                Ok(value) => return Ok(value),
                Err(why) => reason = why,
            },
            Err(_elapsed) => bail!("not within {deadline:?}: {reason}"),
        }
        if Instant::now() + pause >= end {
            bail!("not within {deadline:?}: {reason}");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn returns_the_value_once_the_condition_holds() {
        let asked = Cell::new(0);
        let value = eventually(Duration::from_secs(1), || async {
            asked.set(asked.get() + 1);
            (asked.get() == 3).then_some("there")
        })
        .await;
        assert_eq!((value, asked.get()), ("there", 3));
    }

    #[tokio::test]
    async fn fails_with_the_last_reason_at_the_deadline() {
        let outcome = try_eventually(SOON, || async { Err::<(), _>("still closed") }).await;
        let message = outcome.unwrap_err().to_string();
        assert!(
            message.contains("still closed") && message.contains("50ms"),
            "{message}"
        );
    }

    #[tokio::test]
    async fn a_condition_that_hangs_does_not_outlast_the_deadline() {
        let outcome = try_eventually(SOON, || async {
            std::future::pending::<()>().await;
            true
        })
        .await;
        assert!(outcome.is_err());
    }
}
