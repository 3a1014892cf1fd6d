//! Prepares the signature that approves a revision. What is to be signed is frozen and committed first, then told to
//! identity; whoever is cut off in between asks again, finds the same signature and tells identity the same.

use platform::db::Tx;
use platform::grpc::Rejection;

use super::{Commands, Who, lock_own};
use crate::domain::ids::{MonthReportId, SignatureId};
use crate::domain::report::{Content, ContentHash, MonthReport};
use crate::domain::visible::{Language, Setting, visible_text};
use crate::error::AttendanceError;
use crate::store;
use crate::store::approvals::Approval;

/// Which revision, as it was read.
#[derive(Clone, Copy, Debug)]
pub struct PrepareApproval {
    pub report: MonthReportId,
    pub revision: u32,
    pub hash: ContentHash,
    pub language: Language,
}

impl Commands {
    pub async fn prepare_approval(
        &self,
        who: &Who,
        input: &PrepareApproval,
    ) -> Result<SignatureId, AttendanceError> {
        let approval = self
            .database
            .transaction("attendance.prepare_approval", async |tx| {
                freeze(tx, who, input, self.additions.minutes_shown).await
            })
            .await?;
        self.identity.prepare(&approval.preparation()).await?;
        Ok(approval.signature)
    }
}

async fn freeze(
    tx: &mut Tx,
    who: &Who,
    input: &PrepareApproval,
    shows_minutes: bool,
) -> Result<Approval, AttendanceError> {
    let report = lock_own(tx, who, input.report).await?;
    let revision = report.check_answer(input.revision, tx.now())?;
    if revision.content_hash != input.hash {
        return Err(AttendanceError::ContentHashDiffers);
    }
    let frozen = store::approvals::of_revision(tx, input.report, input.revision).await?;
    if let Some(frozen) = frozen {
        return Ok(frozen);
    }
    let approval = Approval {
        signature: SignatureId::from_uuid(tx.new_id()),
        report: input.report,
        revision: input.revision,
        hash: input.hash,
        person: who.person,
        visible_text: text(tx, &report, input, shows_minutes).await?,
        decided: None,
    };
    let now = tx.now();
    store::approvals::insert(tx, &approval, now).await?;
    Ok(approval)
}

async fn text(
    tx: &mut Tx,
    report: &MonthReport,
    input: &PrepareApproval,
    shows_minutes: bool,
) -> Result<String, AttendanceError> {
    let numbers = [input.revision];
    let mut hours = store::revisions::hours(tx, input.report, report.month, &numbers).await?;
    let content = Content {
        month_report_id: report.month_report_id,
        revision: input.revision,
        subject: report.subject,
        month: report.month,
        rule_set: report.rule_set.clone(),
        hours: hours.remove(&input.revision).unwrap_or_default(),
    };
    // What is shown is what the hash is of, or nothing is signed.
    if content.hash() != input.hash {
        return Err(store::inconsistent("month_days", "content_hash", input.report).into());
    }
    let unit = store::units::number(tx, report.subject.unit_id).await?;
    let setting = Setting {
        language: input.language,
        catalogue: &store::activities::catalogue(tx).await?,
        unit: &unit.ok_or(AttendanceError::UnitUnheard)?,
        shows_minutes,
    };
    visible_text(&content, &setting).map_err(|error| Rejection::internal(error).into())
}
