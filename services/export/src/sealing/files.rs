//! Where sealed files lie: an object store, here a folder. A file appears whole or not at all.

use std::io::ErrorKind;
use std::path::Path as FilePath;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _};
use tokio::io::AsyncWriteExt as _;

use crate::domain::ids::PartId;
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    folder: Arc<FilePath>,
}

/// A file that is being written.
pub struct FileWriter {
    writer: BufWriter,
    digest: Context,
    bytes: i64,
}

/// A file that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub hash: [u8; 32],
    pub bytes: i64,
}

/// A file that is read.
pub struct Reading {
    pub size: u64,
    pub content: BoxStream<'static, Result<Bytes, Error>>,
}

/// Bytes that are gathered before they go on; object stores take no smaller pieces.
const PIECE: usize = 5 << 20;

/// Where the file of an attempt lies. The same attempt sealed again takes the place of what a crash left there.
pub fn path(recipient: Recipient, month: Month, part: PartId, attempt: i32) -> String {
    format!("{}/{month}/{part}/{attempt}.age", recipient.code().to_lowercase())
}

// === impl Files ===

impl Files {
    /// In a folder, which is made if it is not there.
    pub fn in_folder(folder: &FilePath) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true);
        Ok(Self {
            store: Arc::new(store),
            folder: folder.into(),
        })
    }

    pub fn write(&self, path: &str) -> FileWriter {
        let writer = BufWriter::with_capacity(self.store.clone(), Path::from(path), PIECE);
        FileWriter {
            writer: writer.with_max_concurrency(1),
            digest: Context::new(&SHA256),
            bytes: 0,
        }
    }

    pub async fn read(&self, path: &str) -> Result<Reading, Error> {
        let found = self.store.get(&Path::from(path)).await?;
        Ok(Reading {
            size: found.meta.size,
            content: found.into_stream(),
        })
    }

    /// Deletes what a process left beside the file that died while it wrote it. The store keeps pieces there, under the
    /// name of the file, `#` and a number, and shows them to nobody.
    pub async fn clear(&self, path: &str) -> std::io::Result<()> {
        let whole = self.folder.join(path);
        let (Some(folder), Some(name)) = (whole.parent(), whole.file_name().and_then(|name| name.to_str()))
        else {
            return Ok(());
        };
        let mut beside = match tokio::fs::read_dir(folder).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => found?,
        };
        while let Some(entry) = beside.next_entry().await? {
            let found = entry.file_name();
            if found.to_str().is_some_and(|found| is_piece(found, name)) {
                match tokio::fs::remove_file(entry.path()).await {
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    removed => removed?,
                }
            }
        }
        Ok(())
    }

    /// Deletes a file, which may be gone already.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        match self.store.delete(&Path::from(path)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            other => other,
        }
    }
}

// === impl FileWriter ===

impl FileWriter {
    pub async fn put(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        self.digest.update(&bytes);
        self.bytes += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.writer.put(Bytes::from(bytes)).await
    }

    pub async fn finish(mut self) -> std::io::Result<Written> {
        self.writer.shutdown().await?;
        let mut hash = [0; 32];
        hash.copy_from_slice(self.digest.finish().as_ref());
        Ok(Written {
            hash,
            bytes: self.bytes,
        })
    }

    /// Leaves nothing behind.
    pub async fn abandon(mut self) -> Result<(), Error> {
        self.writer.abort().await
    }
}

fn is_piece(found: &str, name: &str) -> bool {
    let number = found.strip_prefix(name).and_then(|rest| rest.strip_prefix('#'));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_file_are_told_from_other_files() {
        for (found, expected) in [
            ("1.age#1", true),
            ("1.age#12", true),
            ("1.age", false),
            ("11.age#1", false),
            ("1.age#", false),
            ("1.age#x", false),
            ("2.age#1", false),
        ] {
            assert_eq!(is_piece(found, "1.age"), expected, "{found}");
        }
    }
}
