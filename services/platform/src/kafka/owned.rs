//! Who owns a client of the library. Its end waits for the library's threads and tells the broker, so it comes on a
//! thread that may wait, and never before a call that is under way on it has returned: whoever gives a call up, at a
//! deadline or because it is told to stop, gives up the answer and nothing else.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::error::KafkaError as ClientError;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// A client, or what is made of one. Dropping it hands it over to a thread for blocking calls.
pub(crate) struct Owned<C: Send + Sync + 'static> {
    client: Option<Arc<C>>,
}

/// How long an end is waited for: the library fails what is queued at once, and its threads look at their flags every
/// second.
const ENDED: Duration = Duration::from_secs(10);

// === impl Owned ===

impl<C: Send + Sync + 'static> Owned<C> {
    /// Takes a client that was just made.
    pub(crate) fn new(client: C) -> Self {
        Self {
            client: Some(Arc::new(client)),
        }
    }

    /// Makes a client, which reads files and starts threads.
    pub(crate) async fn create(
        make: impl FnOnce() -> Result<C, ClientError> + Send + 'static,
    ) -> Result<Self, ClientError> {
        blocking(move || make().map(Self::new)).await
    }

    /// Calls what blocks. The call owns the client too, for as long as it takes.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&C) -> Result<T, ClientError> + Send + 'static,
    ) -> Result<T, ClientError> {
        let client = Arc::clone(self.shared());
        blocking(move || call(&client)).await
    }

    /// The client, for a thread that may wait for its end.
    pub(crate) fn into_thread(mut self) -> Arc<C> {
        self.client.take().expect(OWNED)
    }

    /// Ends it, and waits until it is gone, unless a call is still under way or the library takes too long.
    pub(crate) async fn end(mut self) {
        let client = self.client.take();
        let ending = spawn_blocking(move || drop(client));
        if tokio::time::timeout(ENDED, ending).await.is_err() {
            tracing::warn!("a Kafka client takes long to end");
        }
    }

    fn shared(&self) -> &Arc<C> {
        self.client.as_ref().expect(OWNED)
    }
}

impl<C: Send + Sync + 'static> Deref for Owned<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.shared()
    }
}

impl<C: Send + Sync + 'static> Drop for Owned<C> {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        // Without a runtime this thread is nobody's but the caller's.
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn_blocking(move || drop(client)));
        }
    }
}

const OWNED: &str = "only what ends the ownership takes the client";

async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, ClientError> + Send + 'static,
) -> Result<T, ClientError> {
    spawn_blocking(call).await.unwrap_or(Err(ClientError::Canceled))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread::{self, ThreadId};

    use futures::FutureExt as _;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    /// Tells the thread on which it ends.
    struct Witness(mpsc::Sender<ThreadId>);

    impl Drop for Witness {
        fn drop(&mut self) {
            self.0.send(thread::current().id()).unwrap();
        }
    }

    fn owned() -> (Owned<Witness>, mpsc::Receiver<ThreadId>) {
        let (teller, ended) = mpsc::channel();
        (Owned::new(Witness(teller)), ended)
    }

    #[tokio::test]
    async fn a_client_never_ends_on_a_thread_of_the_runtime() {
        let (dropped, dropped_on) = owned();
        let (told, told_on) = owned();

        drop(dropped);
        told.end().await;

        for ended_on in [dropped_on, told_on] {
            assert_ne!(ended_on.recv_timeout(DEADLINE).unwrap(), thread::current().id());
        }
    }

    #[tokio::test]
    async fn whoever_ends_a_client_waits_until_it_is_gone() {
        let (client, ended) = owned();

        client.end().await;

        ended.try_recv().expect("it is gone");
    }

    #[tokio::test]
    async fn a_client_outlives_a_call_that_was_given_up() {
        let (client, ended) = owned();
        let (answer, answered) = mpsc::channel::<()>();
        let (begun, is_begun) = mpsc::channel();
        let call = client.call(move |_| {
            begun.send(thread::current().id()).unwrap();
            let _closed = answered.recv();
            Ok(())
        });

        assert!(call.now_or_never().is_none(), "the call has its answer");
        let called_on = is_begun.recv_timeout(DEADLINE).unwrap();
        client.end().await;
        let early = ended.try_recv();
        drop(answer);

        assert_eq!(early, Err(mpsc::TryRecvError::Empty), "it ended under the call");
        assert_eq!(ended.recv_timeout(DEADLINE), Ok(called_on));
    }

    #[test]
    fn a_client_ends_where_it_is_dropped_if_there_is_no_runtime() {
        let (client, ended) = owned();

        drop(client);

        assert_eq!(ended.try_recv(), Ok(thread::current().id()));
    }
}
