//! Reads a provider's file of hours into drafts, a draft per placement and month. Everything is one transaction; what the
//! file refers to is read at once, not row by row.

mod ground;

use std::collections::{BTreeSet, HashMap};

use platform::db::Tx;
use platform::idempotency;
use proto::attendance::v1 as pb;
use serde_json::json;
use uuid::Uuid;

use super::save_draft::{draft, refused};
use super::{Caller, Commands, Once, Reach, note, today};
use crate::domain::hours::Hours;
use crate::domain::hours_file::HoursFile;
use crate::domain::ids::PlacementId;
use crate::domain::merge::{self, Options, Plan, PlannedMonth};
use crate::domain::month::Month;
use crate::domain::report::{Etag, MonthReport};
use crate::error::AttendanceError;
use crate::grpc::convert;
use crate::store;
use ground::Grounds;

/// What to import and how.
#[derive(Clone, Copy, Debug)]
pub struct ImportHours {
    pub upload: Uuid,
    pub allow_partial: bool,
    pub replace_drafts: bool,
    pub validate_only: bool,
}

/// Etags of the months that are saved.
pub type Etags = HashMap<(PlacementId, Month), Etag>;

type Request = pb::ImportHoursRequest;
type Answer = pb::ImportHoursResponse;

impl Commands {
    pub async fn import_hours(
        &self,
        caller: &Caller,
        reach: &Reach,
        once: Once<'_, Request>,
        input: ImportHours,
    ) -> Result<Answer, AttendanceError> {
        self.additions.check_import(input.allow_partial)?;
        self.database
            .transaction("attendance.import_hours", async |tx| {
                let mut is_fresh = false;
                let answer = idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    is_fresh = true;
                    self.import(tx, caller, reach, input).await
                })
                .await?;
                if !is_fresh {
                    check_reach(tx, reach, &answer).await?;
                }
                Ok(answer)
            })
            .await
    }

    async fn import(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        reach: &Reach,
        input: ImportHours,
    ) -> Result<Answer, AttendanceError> {
        let content = self.uploads.read(tx, &caller.subject, input.upload).await?;
        let file = HoursFile::parse(&content)?;
        let cases: Vec<String> = file.cases().into_iter().map(ToString::to_string).collect();
        let mut placements = store::placements::by_cases(tx, reach.organisation, &cases).await?;
        placements.retain(|placement| reach.holds(placement));
        let assigned = merge::assign(file, &placements);
        let months: Vec<(PlacementId, Month)> = assigned.months.keys().copied().collect();
        let grounds = Grounds::load(tx, self, &placements, &months).await?;
        let options = Options {
            allow_partial: input.allow_partial,
            replace_drafts: input.replace_drafts,
        };
        let plan = merge::plan(&assigned, options, |placement, month| {
            grounds.of(placement, month)
        });
        if assigned.holds_personal_number {
            self.uploads.delete(tx, input.upload).await?;
        }
        if input.validate_only || plan.months.is_empty() {
            return Ok(convert::hours_report(&plan, None));
        }
        let etags = save(tx, &grounds, &plan).await?;
        self.uploads.delete(tx, input.upload).await?;
        let details = json!({ "months": plan.months.len(), "rows": plan.taken_rows });
        let subject = ("upload", input.upload.to_string());
        note(tx, caller.line("attendance.import_hours", subject, details)).await?;
        Ok(convert::hours_report(&plan, Some(&etags)))
    }
}

/// A kept answer is given again only while all that it names is in reach.
async fn check_reach(tx: &mut Tx, reach: &Reach, kept: &Answer) -> Result<(), AttendanceError> {
    let named: BTreeSet<&str> = kept
        .months
        .iter()
        .map(|month| month.placement_id.as_str())
        .collect();
    for text in named {
        let id = PlacementId::parse(text).map_err(|_| AttendanceError::PlacementUnknown)?;
        let placement = store::placements::find(tx, id).await?;
        if !placement.is_some_and(|placement| reach.holds(&placement)) {
            return Err(AttendanceError::PlacementUnknown);
        }
    }
    Ok(())
}

async fn save(tx: &mut Tx, grounds: &Grounds, plan: &Plan) -> Result<Etags, AttendanceError> {
    let mut etags = Etags::new();
    for planned in &plan.months {
        let key = (planned.placement_id, planned.month);
        let report = grounds.report(tx.new_id(), key)?;
        let etag = if planned.is_changed {
            save_month(tx, grounds, planned, report).await?.etag
        } else {
            report.etag
        };
        etags.insert(key, etag);
    }
    Ok(etags)
}

async fn save_month(
    tx: &mut Tx,
    grounds: &Grounds,
    planned: &PlannedMonth,
    known: MonthReport,
) -> Result<MonthReport, AttendanceError> {
    let key = (planned.placement_id, planned.month);
    let before = if grounds.is_stored(key) {
        known
    } else {
        store::reports::begin(tx, &known).await?;
        let begun = store::reports::lock(tx, key.0, key.1).await?;
        // Somebody else began the month meanwhile: what they wrote has not been looked at.
        let own = begun.filter(|begun| begun.report == known);
        own.ok_or(AttendanceError::EtagMismatch)?.report
    };
    let (rules, last) = (grounds.rules(key)?, grounds.last(key).cloned());
    let (seen, today) = (before.etag, today(tx));
    let drafted = draft(
        before.clone(),
        seen,
        planned.hours.clone(),
        last.unwrap_or_else(Hours::default),
        rules,
        today,
    );
    let after = drafted.map_err(refused)?.into_inner();
    let now = tx.now();
    store::reports::save(tx, &before, &after, None, None, now).await?;
    Ok(after)
}
