//! A call that carries a request id does its work once: the answer is kept for 24 hours in the transaction of the work
//! and given again to the same principal for the same request. The same id with another request is refused.

mod purge;

use jiff::SignedDuration;
use prost::Message;
use proto::errors::v1::ErrorReason;
use uuid::Uuid;

pub use self::purge::PurgeRequests;
use crate::db::{DbError, Instant, Tx};
use crate::grpc::{Code, Rejection};
use crate::keys::{KeyError, KeyRing, Purpose, Sealed};

const REQUEST: Purpose = Purpose::new("idempotency.request");
const RESPONSE: Purpose = Purpose::new("idempotency.response");

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A call as it is recognised when it comes again.
#[derive(Clone, Copy)]
pub struct Call<'c> {
    /// Who calls: kind and id. An id is nobody else's to reuse.
    pub principal: &'c str,
    /// The full name of the RPC.
    pub method: &'static str,
    /// The id that the caller chose.
    pub request_id: Uuid,
}

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The id came before, with another request.
    #[error("the request id was used for another request")]
    Reused,
    /// The kept answer cannot be read.
    #[error("the kept answer cannot be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

struct Kept {
    request_hash: Vec<u8>,
    sealed_response: Option<Sealed>,
}

/// Does the work and keeps its answer, or gives the answer of the first time. While the first is still at work, the
/// second waits for its end. A work that fails leaves nothing behind, so that the same id may try again.
///
/// The caller's rights are checked before: a kept answer is given without asking again.
pub async fn run<Q, A, E, W>(
    tx: &mut Tx,
    keys: &KeyRing,
    call: Call<'_>,
    request: &Q,
    work: W,
) -> Result<A, E>
where
    Q: Message,
    A: Message + Default,
    E: From<IdempotencyError>,
    W: AsyncFnOnce(&mut Tx) -> Result<A, E>,
{
    let hash = keys.mac(REQUEST, &call.bind(&request.encode_to_vec()));
    if !claim(tx, &call, &hash).await.map_err(IdempotencyError::from)? {
        let kept = find(tx, &call).await.map_err(IdempotencyError::from)?;
        return Ok(answer(keys, &call, &hash, kept)?);
    }
    let response = work(tx).await?;
    let sealed = keys.seal(RESPONSE, &call.bind(&[]), &response.encode_to_vec());
    keep(tx, &call, &sealed).await.map_err(IdempotencyError::from)?;
    Ok(response)
}

/// Whether the call is new; waits for a rival that is at work on it.
async fn claim(tx: &mut Tx, call: &Call<'_>, hash: &[u8; 32]) -> Result<bool, DbError> {
    let now = tx.now();
    let expires_at = now
        .saturating_add(KEPT)
        .expect("adding a duration to an instant saturates");
    let claimed = sqlx::query!(
        r#"
        insert into platform.requests as held (principal, method, request_id, request_hash, expires_at)
        values ($1, $2, $3, $4, $5)
        on conflict (principal, method, request_id) do update
            set request_hash = excluded.request_hash, expires_at = excluded.expires_at, sealed_response = null
            where held.expires_at <= $6
        "#,
        call.principal,
        call.method,
        call.request_id,
        hash.as_slice(),
        Instant::from(expires_at) as _,
        Instant::from(now) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

async fn find(tx: &mut Tx, call: &Call<'_>) -> Result<Kept, DbError> {
    let kept = sqlx::query_as!(
        Kept,
        r#"
        select request_hash, sealed_response as "sealed_response: Sealed" from platform.requests
        where principal = $1 and method = $2 and request_id = $3
        "#,
        call.principal,
        call.method,
        call.request_id,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(kept)
}

async fn keep(tx: &mut Tx, call: &Call<'_>, sealed: &Sealed) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update platform.requests set sealed_response = $4
        where principal = $1 and method = $2 and request_id = $3
        "#,
        call.principal,
        call.method,
        call.request_id,
        sealed as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn answer<A: Message + Default>(
    keys: &KeyRing,
    call: &Call<'_>,
    hash: &[u8; 32],
    kept: Kept,
) -> Result<A, IdempotencyError> {
    if kept.request_hash != hash {
        return Err(IdempotencyError::Reused);
    }
    let sealed = kept
        .sealed_response
        .ok_or_else(|| IdempotencyError::Unreadable("it was never written".into()))?;
    let bytes = keys
        .unseal(RESPONSE, &call.bind(&[]), &sealed)
        .map_err(|error: KeyError| IdempotencyError::Unreadable(error.into()))?;
    A::decode(bytes.as_slice()).map_err(|error| IdempotencyError::Unreadable(error.into()))
}

// === impl Call ===

impl Call<'_> {
    /// Principal, method and id before `content`, each part with its length, so that no two calls give the same bytes.
    fn bind(&self, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(content.len() + 128);
        for part in [
            self.principal.as_bytes(),
            self.method.as_bytes(),
            self.request_id.as_bytes(),
            content,
        ] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

// === impl IdempotencyError ===

impl From<IdempotencyError> for Rejection {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::Reused => Self::new(Code::Invalid, ErrorReason::RequestIdReused),
            IdempotencyError::Unreadable(_) => Self::internal(error),
            IdempotencyError::Db(error) => error.into(),
        }
    }
}
