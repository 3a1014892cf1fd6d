//! Checks the whole chain against the lines, for auditors and tests.

use super::chain::{Link, SealedLine, Signer, is_signed, link};
use crate::db::{Database, DbError};
use crate::keys::KeyRing;

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// Every sealed line is as it was.
    Whole {
        /// Lines under a seal.
        sealed: usize,
        /// Lines that wait for one.
        unsealed: usize,
    },
    /// The seal at this position does not fit its lines, its predecessor or its signature.
    Broken {
        /// The position of the seal.
        position: i64,
    },
    /// Lines are neither sealed nor wait for it: they were taken from the sealer.
    Withheld {
        /// How many.
        lines: usize,
    },
}

struct Seal {
    position: i64,
    line_ids: Vec<i64>,
    chain: Vec<u8>,
    public_key: Vec<u8>,
    signature: Vec<u8>,
}

/// Follows the chain from its beginning.
pub async fn verify(database: &Database, keys: &KeyRing) -> Result<ChainState, DbError> {
    let signer = Signer::new(keys);
    let mut before = Link::default();
    let mut sealed = 0;
    for (index, seal) in (1..).zip(seals(database).await?) {
        let lines = lines(database, &seal.line_ids).await?;
        let expected = link(&before, index, &lines);
        let fits = seal.position == index
            && lines.len() == seal.line_ids.len()
            && seal.chain == expected
            && seal.public_key == signer.public_key()
            && is_signed(&seal.public_key, seal.position, &expected, &seal.signature);
        if !fits {
            return Ok(ChainState::Broken { position: index });
        }
        before = expected;
        sealed += lines.len();
    }
    let (written, unsealed) = counts(database).await?;
    let withheld = written - sealed - unsealed;
    Ok(if withheld == 0 {
        ChainState::Whole { sealed, unsealed }
    } else {
        ChainState::Withheld { lines: withheld }
    })
}

async fn seals(database: &Database) -> Result<Vec<Seal>, DbError> {
    let seals = sqlx::query_as!(
        Seal,
        "select position, line_ids, chain, public_key, signature from platform.audit_seals order by position"
    )
    .fetch_all(database.pool())
    .await?;
    Ok(seals)
}

async fn lines(database: &Database, line_ids: &[i64]) -> Result<Vec<SealedLine>, DbError> {
    let lines = sqlx::query_as!(
        SealedLine,
        r#"
        select line_id, occurred_at, actor_kind, actor_id, account_id, organisation_id, action, subject_kind,
            subject_id, purpose, details, trace_id
        from platform.audit_lines where line_id = any($1) order by line_id
        "#,
        line_ids
    )
    .fetch_all(database.pool())
    .await?;
    Ok(lines)
}

async fn counts(database: &Database) -> Result<(usize, usize), DbError> {
    let row = sqlx::query!(
        r#"
        select (select count(*) from platform.audit_lines) as "written!",
            (select count(*) from platform.audit_unsealed) as "unsealed!"
        "#
    )
    .fetch_one(database.pool())
    .await?;
    let size = |count: i64| usize::try_from(count).expect("a count is not negative");
    Ok((size(row.written), size(row.unsealed)))
}
