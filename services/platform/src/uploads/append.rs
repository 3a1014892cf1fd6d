//! Takes one chunk: the next one is stored, a repeated one compared, any other refused.

use jiff::SignedDuration;
use uuid::Uuid;

use super::store::{self, Upload};
use super::{CHUNK, Chunk, UploadError, UploadsConfig};
use crate::db::Tx;
use crate::keys::KeyRing;

/// How long a file waits to be used.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn append(
    tx: &mut Tx,
    keys: &KeyRing,
    config: &UploadsConfig,
    owner: &str,
    chunk: Chunk<'_>,
) -> Result<i64, UploadError> {
    let upload = begun(tx, keys, config, owner, chunk).await?;
    if chunk.offset < upload.received {
        return repeat(tx, keys, &upload, chunk).await;
    }
    if chunk.offset > upload.received {
        return Err(UploadError::OffsetWrong {
            received: upload.received,
        });
    }
    let received = upload.received + i64::try_from(chunk.content.len()).unwrap_or(i64::MAX);
    if received > config.max_bytes {
        return Err(UploadError::TooLarge {
            limit: config.max_bytes,
        });
    }
    let sealed = keys.open_key(&upload.wrapped_key)?.seal(
        CHUNK,
        &binding(chunk.upload_id, chunk.offset),
        chunk.content,
    );
    let size = i32::try_from(chunk.content.len()).expect("a chunk of at most 1 MiB has a size that fits");
    store::insert_chunk(tx, chunk.upload_id, chunk.offset, size, &sealed).await?;
    store::set_received(tx, chunk.upload_id, received).await?;
    Ok(received)
}

/// Keeps the chunks of a file in their places.
pub(super) fn binding(upload_id: Uuid, offset: i64) -> Vec<u8> {
    [upload_id.as_bytes().as_slice(), &offset.to_be_bytes()].concat()
}

/// The file, begun by this chunk if it is the first. A file of somebody else is as unknown as none.
async fn begun(
    tx: &mut Tx,
    keys: &KeyRing,
    config: &UploadsConfig,
    owner: &str,
    chunk: Chunk<'_>,
) -> Result<Upload, UploadError> {
    let now = tx.now();
    if chunk.offset == 0 && store::lock(tx, chunk.upload_id).await?.is_none() {
        if store::count(tx, owner, now).await? >= config.max_open {
            return Err(UploadError::TooMany);
        }
        let (wrapped_key, _) = keys.create_key(chunk.upload_id);
        let expires_at = now
            .saturating_add(KEPT)
            .expect("adding a duration to an instant saturates");
        // A rival that began it at the same moment is found below.
        store::insert(tx, chunk.upload_id, owner, &wrapped_key, expires_at).await?;
    }
    let upload = store::lock(tx, chunk.upload_id).await?;
    upload
        .filter(|upload| upload.belongs_to(owner, now))
        .ok_or(UploadError::Unknown)
}

async fn repeat(tx: &mut Tx, keys: &KeyRing, upload: &Upload, chunk: Chunk<'_>) -> Result<i64, UploadError> {
    let wrong = UploadError::OffsetWrong {
        received: upload.received,
    };
    let Some(sealed) = store::chunk(tx, chunk.upload_id, chunk.offset).await? else {
        return Err(wrong);
    };
    let aad = binding(chunk.upload_id, chunk.offset);
    let stored = keys.open_key(&upload.wrapped_key)?.open(CHUNK, &aad, &sealed)?;
    if stored.as_slice() == chunk.content {
        Ok(upload.received)
    } else {
        Err(wrong)
    }
}
