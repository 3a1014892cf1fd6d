//! What changes attendance's state, a file per use case. Everything is one named transaction: state, record, audit line,
//! job and kept answer are committed together or not at all. Calls to identity come before or after it.

pub mod complete_approval;
pub mod import_hours;
pub mod lapse_month;
pub mod prepare_approval;
pub mod reject_month;
pub mod save_draft;
pub mod seed;
pub mod set_row_remark;
pub mod show_month;
pub mod submit_month;
pub mod upsert_activity;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use platform::access::{self, Depth, Reader};
use platform::audit::{self, Actor, AuditLine};
use platform::db::{Database, Tx};
use platform::idempotency::Call;
use platform::keys::KeyRing;
use platform::uploads::Uploads;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::activity::Catalogue;
use crate::domain::additions::Additions;
use crate::domain::calendar::Calendar;
use crate::domain::day::day_of;
use crate::domain::entry::Frame;
use crate::domain::ids::{MonthReportId, OfficeId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
use crate::domain::placement::Placement;
use crate::domain::plan::SentPlan;
use crate::domain::report::{MonthReport, Subject};
use crate::domain::rule_set::{Reporter, RuleSet, RuleSets};
use crate::error::AttendanceError;
use crate::events::publish;
use crate::identity::Identity;
use crate::store;
use crate::store::reports::{StoredReport, Submitted};

/// The parts that commands work with. Clones share them.
#[derive(Clone)]
pub struct Commands {
    pub database: Database,
    pub keys: KeyRing,
    pub uploads: Uploads,
    pub identity: Identity,
    pub rule_sets: Arc<RuleSets>,
    pub calendar: Calendar,
    pub additions: Additions,
}

/// Who does it: for the audit, to tell callers' request ids apart, and for those whose data is read.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub subject: String,
    /// None for participants, who read their own.
    pub reader: Option<Reader>,
}

/// The participant who calls, under the id of the session and those joined to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub person: PersonId,
    pub aliases: Vec<PersonId>,
}

/// Where a provider's caller reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    pub organisation: OrganisationId,
    /// None: in the whole organisation.
    pub places: Option<Places>,
}

/// Whole units, and single offices of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    pub units: BTreeSet<UnitId>,
    pub offices: BTreeSet<OfficeId>,
}

/// A request that is done once, whatever the number of its arrivals.
#[derive(Clone, Copy)]
pub struct Once<'r, Q> {
    pub method: &'static str,
    pub request_id: Uuid,
    pub request: &'r Q,
}

/// What the entries of a placement's month are judged by.
pub struct Ground {
    pub placement: Placement,
    pub rules: RuleSet,
    pub catalogue: Catalogue,
    pub plans: Vec<SentPlan>,
    pub calendar: Calendar,
}

impl<Q> fmt::Debug for Once<'_, Q> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Once")
            .field("method", &self.method)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl Caller {
    /// The call under which an answer is kept.
    pub fn call<'c, Q>(&'c self, once: &Once<'_, Q>) -> Call<'c> {
        Call {
            principal: &self.subject,
            method: once.method,
            request_id: once.request_id,
        }
    }

    fn line(&self, action: &'static str, subject: (&'static str, String), details: Value) -> AuditLine {
        AuditLine {
            actor: self.actor.clone(),
            action,
            subject_kind: subject.0,
            subject_id: subject.1,
            purpose: None,
            details,
        }
    }
}

impl Who {
    /// Whether the id is this person's, under whichever id it was written down.
    pub fn is(&self, person: PersonId) -> bool {
        self.person == person || self.aliases.contains(&person)
    }

    /// Every id of the person.
    pub fn ids(&self) -> Vec<PersonId> {
        std::iter::once(self.person)
            .chain(self.aliases.iter().copied())
            .collect()
    }
}

impl Reach {
    pub fn holds(&self, placement: &Placement) -> bool {
        let is_in_place = self.places.as_ref().is_none_or(|places| {
            let in_office = placement
                .office_id
                .is_some_and(|office| places.offices.contains(&office));
            in_office || places.units.contains(&placement.unit_id)
        });
        placement.organisation_id == self.organisation && is_in_place
    }
}

impl Ground {
    pub fn frame(&self, month: Month, today: Date) -> Frame<'_> {
        Frame {
            rules: &self.rules,
            month,
            today,
            calendar: self.calendar,
            period: self.placement.period,
            is_correction: false,
            catalogue: &self.catalogue,
            plans: &self.plans,
            credited_elsewhere_in_year: 0,
        }
    }

    /// The month of a placement that moved stays with the organisation that began it, and does not exist for the next.
    pub fn check_owns(&self, report: &MonthReport) -> Result<(), AttendanceError> {
        if report.subject.organisation_id == self.placement.organisation_id {
            Ok(())
        } else {
            Err(AttendanceError::PlacementUnknown)
        }
    }

    pub fn subject(&self) -> Subject {
        Subject {
            placement_id: self.placement.placement_id,
            person_id: self.placement.person_id,
            organisation_id: self.placement.organisation_id,
            unit_id: self.placement.unit_id,
        }
    }

    /// The report as it begins.
    pub fn fresh(&self, id: Uuid, month: Month) -> StoredReport {
        let id = MonthReportId::from_uuid(id);
        StoredReport {
            report: MonthReport::begin(id, self.subject(), month, self.rules.code.clone()),
            draft_saved_at: None,
        }
    }
}

impl Commands {
    /// Finds what a month is judged by. A placement out of reach does not exist for the caller.
    pub async fn ground(
        &self,
        tx: &mut Tx,
        reach: &Reach,
        placement: PlacementId,
        month: Month,
    ) -> Result<Ground, AttendanceError> {
        let placement = store::placements::find(tx, placement)
            .await?
            .filter(|placement| reach.holds(placement))
            .ok_or(AttendanceError::PlacementUnknown)?;
        let rules = self.rules(tx, placement.unit_id, month).await?;
        let catalogue = store::activities::catalogue(tx).await?;
        let mut plans = store::plans::of_placements(tx, &[placement.placement_id]).await?;
        Ok(Ground {
            plans: plans.remove(&placement.placement_id).unwrap_or_default(),
            placement,
            rules,
            catalogue,
            calendar: self.calendar,
        })
    }

    /// The rule set that a unit's month follows, if a supervisor reports by it.
    pub async fn rules(&self, tx: &mut Tx, unit: UnitId, month: Month) -> Result<RuleSet, AttendanceError> {
        let code = store::units::rule_set(tx, unit)
            .await?
            .ok_or(AttendanceError::UnitUnheard)?;
        let rules = self
            .rule_sets
            .find(&code, month)
            .filter(|rules| rules.reporter == Reporter::Supervisor);
        rules.cloned().ok_or(AttendanceError::RuleSetOther(code))
    }
}

fn today(tx: &Tx) -> Date {
    day_of(tx.now())
}

/// Tells the person that somebody else was shown the hours of a month.
pub(crate) async fn record_read(
    tx: &mut Tx,
    reader: Option<&Reader>,
    person: PersonId,
) -> Result<(), AttendanceError> {
    if let Some(reader) = reader {
        let persons = [person.as_uuid()];
        access::record(tx, reader, "month_report", "reporting", &persons, Depth::Detail).await?;
    }
    Ok(())
}

/// Publishes a report that has revisions and stores it.
async fn save_published(
    tx: &mut Tx,
    before: &MonthReport,
    after: &MonthReport,
    submitted: Option<Submitted<'_>>,
) -> Result<(), AttendanceError> {
    let record = publish::month_report(tx, after).await?;
    let now = tx.now();
    store::reports::save(tx, before, after, submitted, Some(record), now).await?;
    Ok(())
}

/// Locks the participant's own report; anybody else's does not exist for the caller.
async fn lock_own(tx: &mut Tx, who: &Who, id: MonthReportId) -> Result<MonthReport, AttendanceError> {
    own(store::reports::lock_by_id(tx, id).await?, who)
}

/// The participant's own report, to be read alone.
pub(crate) async fn find_own(
    tx: &mut Tx,
    who: &Who,
    id: MonthReportId,
) -> Result<MonthReport, AttendanceError> {
    own(store::reports::find_by_id(tx, id).await?, who)
}

fn own(stored: Option<StoredReport>, who: &Who) -> Result<MonthReport, AttendanceError> {
    stored
        .map(|stored| stored.report)
        .filter(|report| who.is(report.subject.person_id) && report.last().is_some())
        .ok_or(AttendanceError::NotFound("month_report"))
}

async fn note(tx: &mut Tx, line: AuditLine) -> Result<(), AttendanceError> {
    Ok(audit::append(tx, line).await?)
}
