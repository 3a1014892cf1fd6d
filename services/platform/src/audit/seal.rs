//! The sealer: once a second it chains the lines that were committed since and signs the end of the chain. What was
//! written within that second is not sealed yet.

use async_trait::async_trait;
use jiff::SignedDuration;

use super::chain::{Link, SealedLine, Signer, link};
use crate::db::{Database, DbError, Instant, Tx};
use crate::jobs::{JobError, JobHandler, LeasedJob, Settled};
use crate::keys::KeyRing;

const EVERY: SignedDuration = SignedDuration::from_secs(1);

/// Lines of one seal at most.
const BATCH: i64 = 5_000;

/// The periodic job that seals. Its lease makes it the only one.
pub struct SealAudit {
    database: Database,
    signer: Signer,
}

struct Head {
    position: i64,
    chain: Link,
}

// === impl SealAudit ===

impl SealAudit {
    /// A sealer that signs with a key of the ring.
    pub fn new(database: Database, keys: &KeyRing) -> Self {
        Self {
            database,
            signer: Signer::new(keys),
        }
    }

    async fn seal(&self, tx: &mut Tx) -> Result<usize, DbError> {
        let lines = claim(tx).await?;
        if lines.is_empty() {
            return Ok(0);
        }
        let head = head(tx).await?;
        let position = head.position + 1;
        let chain = link(&head.chain, position, &lines);
        let line_ids: Vec<_> = lines.iter().map(|line| line.line_id).collect();
        sqlx::query!(
            r#"
            insert into platform.audit_seals (position, line_ids, chain, sealed_at, public_key, signature)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            position,
            &line_ids,
            chain.as_slice(),
            Instant::from(tx.now()) as _,
            self.signer.public_key(),
            self.signer.sign(position, &chain),
        )
        .execute(&mut **tx)
        .await?;
        // The log is kept elsewhere: without a copy of the head, cutting off the end of the chain would go unnoticed.
        tracing::info!(position, chain = hex::encode(chain), "audit sealed");
        Ok(lines.len())
    }
}

#[async_trait]
impl JobHandler for SealAudit {
    fn kind(&self) -> &'static str {
        "platform.seal_audit"
    }

    fn is_periodic(&self) -> bool {
        true
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.database
            .transaction("platform.seal_audit", async |tx| {
                let sealed = self.seal(tx).await?;
                let is_behind = i64::try_from(sealed).is_ok_and(|sealed| sealed == BATCH);
                let pause = if is_behind { SignedDuration::ZERO } else { EVERY };
                let due_at = tx
                    .now()
                    .saturating_add(pause)
                    .expect("adding a duration to an instant saturates");
                job.again(tx, due_at).await
            })
            .await
    }
}

impl std::fmt::Debug for SealAudit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealAudit")
    }
}

async fn claim(tx: &mut Tx) -> Result<Vec<SealedLine>, DbError> {
    let lines = sqlx::query_as!(
        SealedLine,
        r#"
        with claimed as (
            delete from platform.audit_unsealed
            where line_id in (select line_id from platform.audit_unsealed order by line_id limit $1)
            returning line_id
        )
        select line_id, occurred_at, actor_kind, actor_id, account_id, organisation_id, action, subject_kind,
            subject_id, purpose, details, trace_id
        from platform.audit_lines join claimed using (line_id)
        order by line_id
        "#,
        BATCH
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(lines)
}

async fn head(tx: &mut Tx) -> Result<Head, DbError> {
    let last =
        sqlx::query!("select position, chain from platform.audit_seals order by position desc limit 1")
            .fetch_optional(&mut **tx)
            .await?;
    let Some(last) = last else {
        return Ok(Head {
            position: 0,
            chain: Link::default(),
        });
    };
    let chain = last
        .chain
        .try_into()
        .expect("a check keeps the chain at 32 bytes");
    Ok(Head {
        position: last.position,
        chain,
    })
}
