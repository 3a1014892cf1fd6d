//! Joint plans: one draft per placement, and the versions that were sent.

use jiff::Timestamp;
use platform::db::{DbError, Instant, Tx};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::ids::{AccountId, DocumentId, PersonId, PlacementId};
use crate::domain::plan::{DraftPlan, Plan};
use crate::store::inconsistent;

/// The draft of the next version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub plan: DraftPlan,
    /// Another one with every saving, also after a version was sent in between.
    pub etag: Uuid,
    pub saved_at: Timestamp,
}

/// A version that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPlan {
    pub id: DocumentId,
    pub placement: PlacementId,
    pub version: i32,
    pub plan: Plan,
    pub sent_at: Timestamp,
    pub sent_by: Option<AccountId>,
}

struct SentRow {
    document_id: DocumentId,
    placement_id: PlacementId,
    version: i32,
    content: Value,
    sent_at: Instant,
    sent_by_account_id: Option<AccountId>,
}

macro_rules! select {
    ($tail:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            SentRow,
            r#"select document_id as "document_id: _", placement_id as "placement_id: _", version, content, sent_at,
                sent_by_account_id as "sent_by_account_id: _"
            from joint_plans "# + $tail
            $($arguments)*
        )
    };
}

pub async fn draft(tx: &mut Tx, placement: PlacementId) -> Result<Option<Draft>, DbError> {
    let row = sqlx::query!(
        "select etag, content, saved_at from joint_plan_drafts where placement_id = $1",
        placement as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Draft {
        plan: read(row.content, "joint_plan_drafts", placement.as_uuid())?,
        etag: row.etag,
        saved_at: row.saved_at.timestamp(),
    }))
}

pub async fn save_draft(tx: &mut Tx, placement: PlacementId, plan: &DraftPlan) -> Result<Draft, DbError> {
    let (etag, saved_at) = (tx.new_id(), tx.now());
    sqlx::query!(
        "insert into joint_plan_drafts (placement_id, etag, content, saved_at) values ($1, $2, $3, $4)
        on conflict (placement_id) do update
            set etag = excluded.etag, content = excluded.content, saved_at = excluded.saved_at",
        placement as _,
        etag,
        write(plan),
        Instant::from(saved_at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(Draft {
        plan: plan.clone(),
        etag,
        saved_at,
    })
}

pub async fn remove_draft(tx: &mut Tx, placement: PlacementId) -> Result<(), DbError> {
    sqlx::query!(
        "delete from joint_plan_drafts where placement_id = $1",
        placement as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The version after the latest. The placement is locked.
pub async fn next_version(tx: &mut Tx, placement: PlacementId) -> Result<i32, DbError> {
    let latest = sqlx::query_scalar!(
        "select max(version) from joint_plans where placement_id = $1",
        placement as _
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(latest.unwrap_or(0) + 1)
}

pub async fn insert(tx: &mut Tx, sent: &SentPlan) -> Result<(), DbError> {
    sqlx::query!(
        "insert into joint_plans (document_id, placement_id, version, content, sent_at, sent_by_account_id)
        values ($1, $2, $3, $4, $5, $6)",
        sent.id as _,
        sent.placement as _,
        sent.version,
        write(&sent.plan),
        Instant::from(sent.sent_at) as _,
        sent.sent_by as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Versions of a placement, latest first.
pub async fn sent(tx: &mut Tx, placement: PlacementId, limit: i64) -> Result<Vec<SentPlan>, DbError> {
    let rows = select!(
        "where placement_id = $1 order by version desc limit $2",
        placement as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    plans(rows)
}

/// A person's own plans, latest first, of units whose service shows documents online.
pub async fn of_person(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<DocumentId>,
    limit: i64,
) -> Result<Vec<SentPlan>, DbError> {
    let rows = select!(
        "where placement_id = any(array(select placement_id from placements join units using (unit_id)
                where person_id = any($1) and documents_online))
            and ($2::uuid is null or document_id < $2)
        order by document_id desc limit $3",
        persons as _,
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    plans(rows)
}

/// The same, oldest first.
pub async fn of_person_since(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<DocumentId>,
    limit: i64,
) -> Result<Vec<SentPlan>, DbError> {
    let rows = select!(
        "where placement_id = any(array(select placement_id from placements join units using (unit_id)
                where person_id = any($1) and documents_online))
            and ($2::uuid is null or document_id > $2)
        order by document_id limit $3",
        persons as _,
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    plans(rows)
}

/// In the order of ids, for writing all of them out. What was sent does not change.
pub async fn page(tx: &mut Tx, after: Option<DocumentId>, limit: i64) -> Result<Vec<SentPlan>, DbError> {
    let rows = select!(
        "where $1::uuid is null or document_id > $1 order by document_id limit $2",
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    plans(rows)
}

fn plans(rows: Vec<SentRow>) -> Result<Vec<SentPlan>, DbError> {
    let plans = rows.into_iter().map(|row| {
        Ok(SentPlan {
            id: row.document_id,
            placement: row.placement_id,
            version: row.version,
            plan: read(row.content, "joint_plans", row.document_id.as_uuid())?,
            sent_at: row.sent_at.timestamp(),
            sent_by: row.sent_by_account_id,
        })
    });
    plans.collect()
}

fn write(content: &impl serde::Serialize) -> Value {
    serde_json::to_value(content).expect("plans are plain values")
}

fn read<T: DeserializeOwned>(content: Value, table: &'static str, key: Uuid) -> Result<T, DbError> {
    serde_json::from_value(content).map_err(|_| inconsistent(table, "content", key).into())
}
