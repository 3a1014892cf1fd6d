//! Signatures that were prepared: frozen before identity hears of them, decided once.

use jiff::Timestamp;
use platform::db::{DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::inconsistent;
use super::revisions::signed;
use crate::domain::ids::{MonthReportId, PersonId, SignatureId};
use crate::domain::report::ContentHash;
use crate::identity::{Preparation, Signed};

/// A prepared signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Approval {
    pub signature: SignatureId,
    pub report: MonthReportId,
    pub revision: u32,
    pub hash: ContentHash,
    pub person: PersonId,
    pub visible_text: String,
    pub decided: Option<Decided>,
}

/// What the signature did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub effect: Effect,
    pub at: Timestamp,
}

/// What a completed signature did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Approved,
    Superseded,
    BegunTooLate,
    Answered,
    OtherContent,
}

/// A prepared signature with all that is kept of it.
#[derive(Clone)]
pub struct Evidence {
    pub approval: Approval,
    pub prepared_at: Timestamp,
    pub signing_started_at: Option<Timestamp>,
    pub signed_at: Option<Timestamp>,
}

struct ApprovalRow {
    signature_id: SignatureId,
    month_report_id: MonthReportId,
    revision: i32,
    content_hash: Vec<u8>,
    person_id: PersonId,
    visible_text: String,
    outcome: Option<String>,
    decided_at: Option<Instant>,
}

pub async fn find(connection: &mut PgConnection, id: SignatureId) -> Result<Option<Approval>, DbError> {
    let row = sqlx::query_as!(
        ApprovalRow,
        r#"select signature_id as "signature_id: SignatureId", month_report_id as "month_report_id: MonthReportId",
            revision, content_hash, person_id as "person_id: PersonId", visible_text, outcome, decided_at
        from approvals where signature_id = $1"#,
        id as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Approval::try_from).transpose()?)
}

pub async fn of_revision(
    connection: &mut PgConnection,
    report: MonthReportId,
    revision: u32,
) -> Result<Option<Approval>, DbError> {
    let row = sqlx::query_as!(
        ApprovalRow,
        r#"select signature_id as "signature_id: SignatureId", month_report_id as "month_report_id: MonthReportId",
            revision, content_hash, person_id as "person_id: PersonId", visible_text, outcome, decided_at
        from approvals where month_report_id = $1 and revision = $2"#,
        report as _,
        signed(revision),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Approval::try_from).transpose()?)
}

/// All of a person under any id, in the order they were prepared.
pub async fn of_persons(
    connection: &mut PgConnection,
    persons: &[PersonId],
    after: Option<SignatureId>,
    limit: i64,
) -> Result<Vec<Evidence>, DbError> {
    let rows = sqlx::query!(
        r#"select signature_id as "signature_id: SignatureId", month_report_id as "month_report_id: MonthReportId",
            revision, content_hash, person_id as "person_id: PersonId", visible_text, outcome, decided_at, prepared_at,
            signing_started_at, signed_at
        from approvals where person_id = any($1) and ($2::uuid is null or signature_id > $2)
        order by signature_id limit $3"#,
        persons as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let kept = rows.into_iter().map(|row| {
        let approval = ApprovalRow {
            signature_id: row.signature_id,
            month_report_id: row.month_report_id,
            revision: row.revision,
            content_hash: row.content_hash,
            person_id: row.person_id,
            visible_text: row.visible_text,
            outcome: row.outcome,
            decided_at: row.decided_at,
        };
        Ok(Evidence {
            approval: approval.try_into()?,
            prepared_at: row.prepared_at.into(),
            signing_started_at: row.signing_started_at.map(Into::into),
            signed_at: row.signed_at.map(Into::into),
        })
    });
    Ok(kept.collect::<Result<_, Inconsistency>>()?)
}

pub async fn insert(
    connection: &mut PgConnection,
    approval: &Approval,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into approvals (signature_id, month_report_id, revision, content_hash, person_id, visible_text, prepared_at)
        values ($1, $2, $3, $4, $5, $6, $7)",
        approval.signature as _,
        approval.report as _,
        signed(approval.revision),
        approval.hash.0.as_slice(),
        approval.person as _,
        approval.visible_text,
        Instant::from(now) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the signature as evidence of what it did. The report's row is locked.
pub async fn decide(
    connection: &mut PgConnection,
    completed: &Signed,
    decided: Decided,
) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update approvals set outcome = $2, signing_started_at = $3, signed_at = $4, decided_at = $5
        where signature_id = $1 and outcome is null",
        completed.signature as _,
        decided.effect.code(),
        Instant::from(completed.started_at) as _,
        Instant::from(completed.signed_at) as _,
        Instant::from(decided.at) as _,
    )
    .execute(connection)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent("approvals", "outcome", completed.signature).into())
    }
}

impl Approval {
    /// What identity is told of it.
    pub fn preparation(&self) -> Preparation {
        Preparation {
            signature: self.signature,
            report: self.report,
            hash: self.hash.0,
            visible_text: self.visible_text.clone(),
            person: self.person,
        }
    }
}

impl Effect {
    const ALL: [Self; 5] = [
        Self::Approved,
        Self::Superseded,
        Self::BegunTooLate,
        Self::Answered,
        Self::OtherContent,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Superseded => "superseded",
            Self::BegunTooLate => "begun_too_late",
            Self::Answered => "answered",
            Self::OtherContent => "other_content",
        }
    }
}

impl TryFrom<ApprovalRow> for Approval {
    type Error = Inconsistency;

    fn try_from(row: ApprovalRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("approvals", column, row.signature_id);
        let effect = row.outcome.as_deref().map(|code| {
            let known = Effect::ALL.into_iter().find(|effect| effect.code() == code);
            known.ok_or_else(|| wrong("outcome"))
        });
        let decided = effect.transpose()?.zip(row.decided_at);
        Ok(Self {
            signature: row.signature_id,
            report: row.month_report_id,
            revision: u32::try_from(row.revision).map_err(|_| wrong("revision"))?,
            hash: ContentHash(
                row.content_hash
                    .as_slice()
                    .try_into()
                    .map_err(|_| wrong("content_hash"))?,
            ),
            person: row.person_id,
            decided: decided.map(|(effect, at)| Decided {
                effect,
                at: at.into(),
            }),
            visible_text: row.visible_text,
        })
    }
}
