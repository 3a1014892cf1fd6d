//! Small habits of the job's actors: waiting for what travels by event, and doing several things at a time.

use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use prost::Message;
use proto::types::v1::PageRequest;
use proto::uploads::v1::{UploadChunkRequest, UploadChunkResponse};

use crate::{Browser, SupplierSystem, new_id};

/// How long something that travels by event may take.
pub const PATIENCE: Duration = Duration::from_mins(1);
const AT_A_TIME: usize = 6;

/// Who reports for a provider: its own system, or its staff in a browser.
#[derive(Clone, Debug)]
pub enum Reporter {
    System(SupplierSystem),
    Staff(Browser),
}

impl Reporter {
    pub async fn call<A: Message + Default>(&self, path: &str, message: &impl Message) -> Result<A> {
        match self {
            Self::System(system) => system.call(path, message).await,
            Self::Staff(browser) => browser.call(path, message).await,
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
