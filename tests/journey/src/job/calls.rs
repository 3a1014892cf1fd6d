//! Small habits of the job's actors: waiting for what travels by event, asking again while the system is away, and doing
//! several things at a time. Which calls wait for an answer is known at every instant.

use std::time::Duration;

use anyhow::{Context as _, Error, Result};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use prost::Message;
use proto::types::v1::PageRequest;
use proto::uploads::v1::{UploadChunkRequest, UploadChunkResponse};
use tonic::Code;

use super::waiting;
use crate::connect::{Refused, method_of};
use crate::{Browser, SupplierSystem, new_id};

/// How long something that travels by event may take, and a system that is away.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// How often somebody begins anew what BankID did not complete.
const ORDERS: usize = 5;
const AT_A_TIME: usize = 12;

/// Who reports for a provider: its own system, or its staff in a browser.
#[derive(Clone, Debug)]
pub enum Reporter {
    System(SupplierSystem),
    Staff(Browser),
}

impl Reporter {
    /// Calls until the system is there to answer.
    pub async fn call<A: Message + Default>(&self, path: &str, message: &impl Message) -> Result<A> {
        match self {
            Self::System(system) => {
                let led = ["gateway", service_of(path)];
                patiently(&led, || system.call(path, message)).await
            }
            Self::Staff(browser) => call(browser, path, message).await,
        }
    }

    /// Uploads a file to attendance and gives its upload id.
    pub async fn upload(&self, content: &[u8]) -> Result<String> {
        let upload_id = new_id();
        let request = UploadChunkRequest {
            upload_id: upload_id.clone(),
            offset: 0,
            content: content.to_vec().into(),
        };
        let _received: UploadChunkResponse = self
            .call(
                "attendance/deltaga.uploads.v1.UploadService/UploadChunk",
                &request,
            )
            .await?;
        Ok(upload_id)
    }
}

/// The largest page there is.
pub const fn whole_page() -> PageRequest {
    PageRequest {
        size: 200,
        token: String::new(),
    }
}

/// Asks until it goes well.
pub async fn until<T, F>(what: &'static str, attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    support::try_eventually(PATIENCE, attempt).await.context(what)
}

/// A person's call in the browser, until the system is there to answer.
pub async fn call<A: Message + Default>(browser: &Browser, path: &str, message: &impl Message) -> Result<A> {
    let led = ["gateway", service_of(path)];
    patiently(&led, || browser.call(path, message)).await
}

/// Asks again while one of the services that a call leads to is away, as whoever sits before it would; whatever else is
/// said is said.
pub async fn patiently<T, F>(led: &[&str], mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let answered = support::try_eventually(PATIENCE, || {
        let asked = Box::pin(attempt());
        async move {
            waiting::for_rest_to_end().await;
            let waiting = waiting::for_answer(led);
            let outcome = asked.await;
            drop(waiting);
            match outcome {
                Err(error) if is_away(&error) => Err(error),
                said => Ok(said),
            }
        }
    });
    answered.await?
}

/// Begins anew what takes a BankID order, a few times: one whose end was told to nobody has to be begun again.
pub async fn ordering<T, F>(mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 1..ORDERS {
        if let Ok(done) = Box::pin(attempt()).await {
            return Ok(done);
        }
    }
    Box::pin(attempt()).await
}

/// Does some of them at a time and fails with the first that fails.
pub async fn several<T, F>(all: impl IntoIterator<Item = F>) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>>,
{
    // Boxed, so that one step's future does not make all others as large.
    stream::iter(all.into_iter().map(Box::pin))
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await
}

/// The service that a path leads to: `deltaga.<service>.v1` or what stands before it.
fn service_of(path: &str) -> &str {
    match path.strip_suffix(method_of(path)) {
        Some(prefix) if !prefix.is_empty() => prefix.trim_end_matches('/'),
        _ => path.split('.').nth(1).unwrap_or_default(),
    }
}

fn is_away(error: &Error) -> bool {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return matches!(refused.code(), "unavailable" | "deadline_exceeded" | "canceled");
    }
    if let Some(status) = error.downcast_ref::<tonic::Status>() {
        // A connection that breaks during a call is no code of the service's own.
        let is_broken = status.code() == Code::Unknown && std::error::Error::source(status).is_some();
        return is_broken || matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded);
    }
    error.downcast_ref::<reqwest::Error>().is_some()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn refused(code: &str) -> Error {
        let body = serde_json::json!({ "code": code });
        Error::new(Refused { status: 400, body }).context("a call")
    }

    #[test]
    fn a_path_leads_to_its_service() {
        for (path, service) in [
            ("deltaga.consent.v1.ConsentService/Withdraw", "consent"),
            (
                "attendance/deltaga.uploads.v1.UploadService/UploadChunk",
                "attendance",
            ),
        ] {
            assert_eq!(service_of(path), service);
        }
    }

    #[tokio::test]
    async fn only_whoever_is_away_is_asked_again() {
        for (code, asked) in [("unavailable", 3), ("permission_denied", 1)] {
            let times = Cell::new(0);
            let outcome = patiently(&["consent"], || {
                times.set(times.get() + 1);
                let answer = if times.get() < 3 {
                    Err(refused(code))
                } else {
                    Ok(())
                };
                async { answer }
            })
            .await;
            assert_eq!((times.get(), outcome.is_ok()), (asked, code == "unavailable"));
        }
    }

    #[tokio::test]
    async fn a_call_waits_from_its_beginning_to_its_answer() {
        let tally = waiting::Tally::default();
        let waits = || async { Ok(tally.calls_to("staff").len()) };
        let call = tally.over(patiently(&["gateway", "staff"], waits));
        assert_eq!(call.await.unwrap(), 1);
        assert!(tally.calls_to("staff").is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn no_call_begins_while_the_actors_rest() {
        let tally = waiting::Tally::default();
        let begun = Cell::new(false);
        let call = tally.over(patiently(&["staff"], || {
            let begun = &begun;
            async move {
                begun.set(true);
                Ok(())
            }
        }));
        tokio::pin!(call);
        tally.rest();
        let resting = tokio::time::timeout(Duration::from_secs(5), &mut call).await;
        assert!(resting.is_err() && !begun.get());

        tally.go_on();
        call.await.unwrap();
        assert!(begun.get());
    }
}
