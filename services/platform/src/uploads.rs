//! Files that arrive in chunks. Each is sealed under a key of its own, belongs to the principal that sent its first
//! chunk, and is deleted by whoever uses it or after 24 hours. A chunk that comes again changes nothing.

mod append;
mod purge;
mod service;
mod store;

use proto::errors::v1::ErrorReason;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

pub use self::purge::PurgeUploads;
pub use self::service::UploadsService;
use crate::config::{ConfigError, Environment, Key, Section};
use crate::db::{Database, DbError, Tx};
use crate::grpc::Rejection;
use crate::keys::{KeyError, KeyRing, Purpose};

/// The largest chunk, in bytes.
pub const MAX_CHUNK: usize = 1024 * 1024;

const CHUNK: Purpose = Purpose::new("uploads.chunk");

/// `[uploads]`: how much may be sent.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct UploadsConfig {
    /// Bytes of one file at most.
    pub max_bytes: i64,
    /// Files that one principal may have open at a time.
    pub max_open: i64,
}

/// The files on their way into one service. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Uploads {
    database: Database,
    keys: KeyRing,
    config: UploadsConfig,
}

/// One piece of a file.
#[derive(Clone, Copy)]
pub struct Chunk<'c> {
    /// The file, by the id that the client chose.
    pub upload_id: Uuid,
    /// Where the piece begins.
    pub offset: i64,
    /// The piece.
    pub content: &'c [u8],
}

/// Why a chunk or a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is no such file, or it is somebody else's.
    #[error("there is no such upload")]
    Unknown,
    /// The chunk does not begin where the last one ended, nor does it repeat one.
    #[error("the chunk does not continue the upload at {received}")]
    OffsetWrong {
        /// Bytes that have arrived.
        received: i64,
    },
    /// The chunk is empty.
    #[error("the chunk is empty")]
    ChunkEmpty,
    /// The chunk is too large.
    #[error("the chunk is larger than {MAX_CHUNK} bytes")]
    ChunkTooLarge,
    /// The file would become too large.
    #[error("the upload would be larger than {limit} bytes")]
    TooLarge {
        /// Bytes of a file at most.
        limit: i64,
    },
    /// The principal has too many files open.
    #[error("too many uploads are open")]
    TooMany,
    /// What is stored cannot be opened.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

// === impl UploadsConfig ===

impl Default for UploadsConfig {
    fn default() -> Self {
        Self {
            max_bytes: 20 * 1024 * 1024,
            max_open: 20,
        }
    }
}

impl Section for UploadsConfig {
    const KEYS: &'static [Key] = &[
        Key::new("max_bytes", "Bytes of one uploaded file at most."),
        Key::new(
            "max_open",
            "Uploads that one caller may have open at a time; each ends by use or after 24 hours.",
        ),
    ];

    fn example(_service: &str) -> Self {
        Self::default()
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        if self.max_bytes < 1 {
            return Err(ConfigError::at("max_bytes", "must be at least 1"));
        }
        if self.max_open < 1 {
            return Err(ConfigError::at("max_open", "must be at least 1"));
        }
        Ok(())
    }
}

// === impl Uploads ===

impl Uploads {
    /// The files that are on their way into this database.
    pub fn new(database: Database, keys: KeyRing, config: UploadsConfig) -> Self {
        Self {
            database,
            keys,
            config,
        }
    }

    /// Adds a chunk; answers how many bytes have arrived.
    pub async fn append(&self, owner: &str, chunk: Chunk<'_>) -> Result<i64, UploadError> {
        if chunk.content.is_empty() {
            return Err(UploadError::ChunkEmpty);
        }
        if chunk.content.len() > MAX_CHUNK {
            return Err(UploadError::ChunkTooLarge);
        }
        self.database
            .transaction("uploads.append", async |tx| {
                append::append(tx, &self.keys, &self.config, owner, chunk).await
            })
            .await
    }

    /// The whole file, for the transaction that uses it; ends with [`Self::delete`] in the same one.
    pub async fn read(
        &self,
        tx: &mut Tx,
        owner: &str,
        upload_id: Uuid,
    ) -> Result<Zeroizing<Vec<u8>>, UploadError> {
        let now = tx.now();
        let upload = store::lock(tx, upload_id)
            .await?
            .filter(|upload| upload.belongs_to(owner, now));
        let upload = upload.ok_or(UploadError::Unknown)?;
        let key = self.keys.open_key(&upload.wrapped_key)?;
        let mut content = Zeroizing::new(Vec::with_capacity(usize::try_from(upload.received).unwrap_or(0)));
        for chunk in store::chunks(tx, upload_id).await? {
            let aad = append::binding(upload_id, chunk.starts_at);
            content.extend_from_slice(&key.open(CHUNK, &aad, &chunk.sealed)?);
        }
        Ok(content)
    }

    /// Deletes a file after its use.
    pub async fn delete(&self, tx: &mut Tx, upload_id: Uuid) -> Result<(), UploadError> {
        Ok(store::delete(tx, upload_id).await?)
    }
}

// === impl UploadError ===

impl From<UploadError> for Rejection {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Unknown => Self::new(crate::grpc::Code::NotFound, ErrorReason::UploadUnknown),
            UploadError::OffsetWrong { received } => {
                Self::precondition(ErrorReason::UploadOffsetWrong).with("received", received)
            }
            UploadError::ChunkEmpty => Self::invalid().field("content", ErrorReason::FieldRequired),
            UploadError::ChunkTooLarge => {
                Self::exhausted(ErrorReason::MessageTooLarge).with("limit", MAX_CHUNK)
            }
            UploadError::TooLarge { limit } => {
                Self::exhausted(ErrorReason::UploadTooLarge).with("limit", limit)
            }
            UploadError::TooMany => Self::exhausted(ErrorReason::RateLimited),
            UploadError::Keys(error) => error.into(),
            UploadError::Db(error) => error.into(),
        }
    }
}
