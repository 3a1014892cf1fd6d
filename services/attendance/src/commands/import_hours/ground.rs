//! What the months of a file are judged by, read at once for all of them.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::db::Tx;
use uuid::Uuid;

use crate::commands::{Commands, today};
use crate::domain::activity::Catalogue;
use crate::domain::calendar::Calendar;
use crate::domain::entry::Frame;
use crate::domain::hours::Hours;
use crate::domain::ids::{MonthReportId, PlacementId, UnitId};
use crate::domain::merge::{Ground, RowReason};
use crate::domain::month::Month;
use crate::domain::placement::Placement;
use crate::domain::plan::SentPlan;
use crate::domain::report::{MonthReport, Subject};
use crate::domain::rule_set::{Reporter, RuleSet};
use crate::error::AttendanceError;
use crate::store;

type Key = (PlacementId, Month);

/// The ground of every month of the file.
pub struct Grounds {
    placements: HashMap<PlacementId, Placement>,
    rules: HashMap<Key, RuleSet>,
    plans: HashMap<PlacementId, Vec<SentPlan>>,
    catalogue: Catalogue,
    calendar: Calendar,
    today: Date,
    reports: HashMap<Key, MonthReport>,
    last: HashMap<Key, Hours>,
}

impl Grounds {
    pub async fn load(
        tx: &mut Tx,
        commands: &Commands,
        placements: &[Placement],
        months: &[Key],
    ) -> Result<Self, AttendanceError> {
        let placements: HashMap<PlacementId, Placement> = placements
            .iter()
            .map(|placement| (placement.placement_id, placement.clone()))
            .collect();
        let ids: Vec<PlacementId> = placements.keys().copied().collect();
        let reports: HashMap<Key, MonthReport> = store::reports::lock_all(tx, months)
            .await?
            .into_iter()
            .map(|stored| {
                (
                    (stored.report.subject.placement_id, stored.report.month),
                    stored.report,
                )
            })
            .collect();
        Ok(Self {
            rules: rules(tx, commands, &placements, months).await?,
            plans: store::plans::of_placements(tx, &ids).await?,
            catalogue: store::activities::catalogue(tx).await?,
            calendar: commands.calendar,
            today: today(tx),
            last: last_hours(tx, &reports).await?,
            reports,
            placements,
        })
    }

    /// What a month is judged by, or why it is not taken at all.
    pub fn of(&self, placement: PlacementId, month: Month) -> Result<Ground<'_>, RowReason> {
        let key = (placement, month);
        let known = self.placements.get(&placement).ok_or(RowReason::CaseUnknown)?;
        let rules = self.rules.get(&key).ok_or(RowReason::OtherRuleSet)?;
        let report = self.reports.get(&key);
        // Another organisation's month, from before the placement moved.
        if report.is_some_and(|report| report.subject.organisation_id != known.organisation_id) {
            return Err(RowReason::CaseUnknown);
        }
        Ok(Ground {
            frame: Frame {
                rules,
                month,
                today: self.today,
                calendar: self.calendar,
                period: known.period,
                is_correction: report.is_some_and(|report| !report.revisions.is_empty()),
                catalogue: &self.catalogue,
                plans: self.plans.get(&placement).map(Vec::as_slice).unwrap_or_default(),
                credited_elsewhere_in_year: 0,
            },
            draft: report.and_then(|report| report.draft.as_ref()),
            last: self.last.get(&key),
        })
    }

    /// The month's report as it is, or as it begins.
    pub fn report(&self, fresh_id: Uuid, key: Key) -> Result<MonthReport, AttendanceError> {
        if let Some(report) = self.reports.get(&key) {
            return Ok(report.clone());
        }
        let placement = self
            .placements
            .get(&key.0)
            .ok_or(AttendanceError::PlacementUnknown)?;
        let subject = Subject {
            placement_id: placement.placement_id,
            person_id: placement.person_id,
            organisation_id: placement.organisation_id,
            unit_id: placement.unit_id,
        };
        let code = self.rules(key)?.code.clone();
        Ok(MonthReport::begin(
            MonthReportId::from_uuid(fresh_id),
            subject,
            key.1,
            code,
        ))
    }

    pub fn is_stored(&self, key: Key) -> bool {
        self.reports.contains_key(&key)
    }

    pub fn rules(&self, key: Key) -> Result<&RuleSet, AttendanceError> {
        self.rules.get(&key).ok_or(AttendanceError::PlacementUnknown)
    }

    /// Hours of the last revision, if one was submitted.
    pub fn last(&self, key: Key) -> Option<&Hours> {
        self.last.get(&key)
    }
}

/// A month whose unit reports in another way has none.
async fn rules(
    tx: &mut Tx,
    commands: &Commands,
    placements: &HashMap<PlacementId, Placement>,
    months: &[Key],
) -> Result<HashMap<Key, RuleSet>, AttendanceError> {
    let units: Vec<UnitId> = placements.values().map(|placement| placement.unit_id).collect();
    let codes = store::units::rule_sets(tx, &units).await?;
    let mut rules = HashMap::new();
    for (placement, month) in months {
        let unit = placements.get(placement).map(|placement| placement.unit_id);
        let code = unit.and_then(|unit| codes.get(&unit));
        let code = code.ok_or(AttendanceError::UnitUnheard)?;
        let found = commands.rule_sets.find(code, *month);
        if let Some(found) = found.filter(|found| found.reporter == Reporter::Supervisor) {
            rules.insert((*placement, *month), found.clone());
        }
    }
    Ok(rules)
}

async fn last_hours(
    tx: &mut Tx,
    reports: &HashMap<Key, MonthReport>,
) -> Result<HashMap<Key, Hours>, AttendanceError> {
    let submitted = || {
        reports
            .iter()
            .filter_map(|(key, report)| Some((*key, report.month_report_id, report.last()?.number)))
    };
    let wanted: Vec<(MonthReportId, Month, u32)> = submitted()
        .map(|((_, month), id, number)| (id, month, number))
        .collect();
    let mut found = store::revisions::hours_of_reports(tx, &wanted).await?;
    // A zero month has no rows and is known all the same.
    Ok(submitted()
        .map(|(key, id, _)| (key, found.remove(&id).unwrap_or_default()))
        .collect())
}
