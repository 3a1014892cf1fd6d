//! The tables of files and their chunks.

use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{DbError, Instant, Tx};
use crate::keys::{Sealed, WrappedKey};

/// A file on its way in.
pub(super) struct Upload {
    owner: String,
    pub(super) wrapped_key: WrappedKey,
    pub(super) received: i64,
    expires_at: Instant,
}

/// A stored piece.
pub(super) struct StoredChunk {
    pub(super) starts_at: i64,
    pub(super) sealed: Sealed,
}

pub(super) async fn lock(tx: &mut Tx, upload_id: Uuid) -> Result<Option<Upload>, DbError> {
    let upload = sqlx::query_as!(
        Upload,
        r#"
        select owner, wrapped_key as "wrapped_key: WrappedKey", received, expires_at
        from platform.uploads where upload_id = $1 for update
        "#,
        upload_id
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(upload)
}

/// How many files of the owner are open.
pub(super) async fn count(tx: &mut Tx, owner: &str, now: Timestamp) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from platform.uploads where owner = $1 and expires_at > $2"#,
        owner,
        Instant::from(now) as _
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(count)
}

pub(super) async fn insert(
    tx: &mut Tx,
    upload_id: Uuid,
    owner: &str,
    wrapped_key: &WrappedKey,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into platform.uploads (upload_id, owner, wrapped_key, expires_at) values ($1, $2, $3, $4)
        on conflict (upload_id) do nothing
        "#,
        upload_id,
        owner,
        wrapped_key as _,
        Instant::from(expires_at) as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn insert_chunk(
    tx: &mut Tx,
    upload_id: Uuid,
    starts_at: i64,
    size_bytes: i32,
    sealed: &Sealed,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into platform.upload_chunks (upload_id, starts_at, size_bytes, sealed) values ($1, $2, $3, $4)",
        upload_id,
        starts_at,
        size_bytes,
        sealed as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn set_received(tx: &mut Tx, upload_id: Uuid, received: i64) -> Result<(), DbError> {
    sqlx::query!(
        "update platform.uploads set received = $2 where upload_id = $1",
        upload_id,
        received
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn chunk(tx: &mut Tx, upload_id: Uuid, starts_at: i64) -> Result<Option<Sealed>, DbError> {
    let sealed = sqlx::query_scalar!(
        r#"select sealed as "sealed: Sealed" from platform.upload_chunks where upload_id = $1 and starts_at = $2"#,
        upload_id,
        starts_at
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(sealed)
}

pub(super) async fn chunks(tx: &mut Tx, upload_id: Uuid) -> Result<Vec<StoredChunk>, DbError> {
    let chunks = sqlx::query_as!(
        StoredChunk,
        r#"
        select starts_at, sealed as "sealed: Sealed" from platform.upload_chunks
        where upload_id = $1 order by starts_at
        "#,
        upload_id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(chunks)
}

pub(super) async fn delete(tx: &mut Tx, upload_id: Uuid) -> Result<(), DbError> {
    sqlx::query!("delete from platform.uploads where upload_id = $1", upload_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

// === impl Upload ===

impl Upload {
    pub(super) fn belongs_to(&self, owner: &str, now: Timestamp) -> bool {
        self.owner == owner && self.expires_at.timestamp() > now
    }
}
