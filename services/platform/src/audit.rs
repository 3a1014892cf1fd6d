//! Who did what, when and why. A line is written in the transaction of what it tells of (or, for a read, before the
//! answer) and can be changed by nobody: the application role may add lines and read them, and a sealer chains and signs
//! them within a second. Lines hold ids and codes.

mod chain;
mod seal;
mod verify;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub use self::seal::SealAudit;
pub use self::verify::{ChainState, verify};
use crate::db::{DbError, Instant, Tx};

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What kind of principal: `participant`, `staff`, `client`, `service`, `operator`, `system`.
    pub kind: &'static str,
    /// The id of the person, client or service.
    pub id: String,
    /// The account through which a member of staff acted.
    pub account_id: Option<Uuid>,
    /// The organisation for which they acted.
    pub organisation_id: Option<Uuid>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditLine {
    /// Who acted.
    pub actor: Actor,
    /// What was done, as `<context>.<verb>_<noun>`: the name of the transaction.
    pub action: &'static str,
    /// The kind of thing it was done to: `account`, `parked_record`.
    pub subject_kind: &'static str,
    /// The id of that thing.
    pub subject_id: String,
    /// Why, where a purpose is required: a code.
    pub purpose: Option<&'static str>,
    /// Further ids and codes. Never a name, a number or a text that somebody wrote.
    pub details: Value,
}

/// A line as it is stored.
#[derive(Clone, Debug)]
pub struct StoredLine {
    /// Rises with the order of writing, not of committing.
    pub line_id: i64,
    /// When it happened, by the service's clock.
    pub occurred_at: Timestamp,
    /// What was done.
    pub action: String,
    /// The kind of principal that did it.
    pub actor_kind: String,
    /// Its id.
    pub actor_id: String,
    /// The organisation for which it acted.
    pub organisation_id: Option<Uuid>,
    /// Why.
    pub purpose: Option<String>,
    /// Further ids and codes.
    pub details: Value,
}

/// Adds a line.
pub async fn append(tx: &mut Tx, line: AuditLine) -> Result<(), DbError> {
    append_all(tx, &[line]).await
}

/// Adds lines in one statement, as a read of many rows needs them.
pub async fn append_all(tx: &mut Tx, lines: &[AuditLine]) -> Result<(), DbError> {
    let occurred_at = Instant::from(tx.now());
    let column = |of: fn(&AuditLine) -> String| lines.iter().map(of).collect::<Vec<_>>();
    let account_ids: Vec<_> = lines.iter().map(|line| line.actor.account_id).collect();
    let organisation_ids: Vec<_> = lines.iter().map(|line| line.actor.organisation_id).collect();
    let purposes: Vec<_> = lines.iter().map(|line| line.purpose.map(str::to_owned)).collect();
    let details: Vec<_> = lines.iter().map(|line| line.details.clone()).collect();
    let written = sqlx::query!(
        r#"
        with written as (
            insert into platform.audit_lines (occurred_at, trace_id, actor_kind, actor_id, account_id,
                organisation_id, action, subject_kind, subject_id, purpose, details)
            select $1, $2, * from unnest($3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::jsonb[])
            returning line_id
        )
        insert into platform.audit_unsealed select line_id from written
        "#,
        occurred_at as _,
        trace_id(),
        &column(|line| line.actor.kind.to_owned()),
        &column(|line| line.actor.id.clone()),
        &account_ids as _,
        &organisation_ids as _,
        &column(|line| line.action.to_owned()),
        &column(|line| line.subject_kind.to_owned()),
        &column(|line| line.subject_id.clone()),
        &purposes as _,
        &details,
    )
    .execute(&mut **tx)
    .await?;
    debug_assert_eq!(
        written.rows_affected(),
        lines.len() as u64,
        "every line is written"
    );
    Ok(())
}

/// The lines about one thing, newest first.
pub async fn about(
    tx: &mut Tx,
    subject_kind: &str,
    subject_id: &str,
    limit: i64,
) -> Result<Vec<StoredLine>, DbError> {
    let rows = sqlx::query_as!(
        StoredLine,
        r#"
        select line_id, occurred_at as "occurred_at: Instant", action, actor_kind, actor_id, organisation_id, purpose,
            details
        from platform.audit_lines
        where subject_kind = $1 and subject_id = $2
        order by occurred_at desc, line_id desc
        limit $3
        "#,
        subject_kind,
        subject_id,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

// === impl Actor ===

impl Actor {
    /// The system itself, by the name of the part that acted: a job or a consumer.
    pub fn system(part: &'static str) -> Self {
        Self {
            kind: "system",
            id: part.to_owned(),
            account_id: None,
            organisation_id: None,
        }
    }

    /// An operator at the machine, by a local command.
    pub fn operator(command: &'static str) -> Self {
        Self {
            kind: "operator",
            id: command.to_owned(),
            account_id: None,
            organisation_id: None,
        }
    }
}

fn trace_id() -> Option<String> {
    // A traceparent is version, trace id, span id and flags, joined by hyphens.
    crate::outbox::current_traceparent().and_then(|header| header.split('-').nth(1).map(str::to_owned))
}
