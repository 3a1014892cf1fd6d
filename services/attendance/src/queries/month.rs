//! A month of a placement as its provider reads it: draft, revisions, and what may be reported on which day.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use platform::access::Reader;
use platform::db::Tx;

use crate::commands::{Commands, Ground, Reach, record_read};
use crate::domain::activity::ActivityCode;
use crate::domain::day::day_of;
use crate::domain::entry::{Entry, EntryField, Place, Purpose, check};
use crate::domain::hours::Hours;
use crate::domain::ids::PlacementId;
use crate::domain::month::Month;
use crate::domain::remark::Remark;
use crate::domain::rule_set::DaysAllowed;
use crate::error::AttendanceError;
use crate::store;
use crate::store::reports::StoredReport;

/// The month.
pub struct MonthView {
    /// None until somebody touched it.
    pub stored: Option<StoredReport>,
    pub hours: HashMap<u32, Hours>,
    /// What the participant remarked, by revision.
    pub remarks: BTreeMap<u32, Vec<Remark>>,
    pub ground: Ground,
    pub open_days: Vec<(Date, Vec<ActivityCode>)>,
}

impl Commands {
    pub async fn month(
        &self,
        reader: Option<&Reader>,
        reach: &Reach,
        placement: PlacementId,
        month: Month,
    ) -> Result<MonthView, AttendanceError> {
        self.database
            .transaction("attendance.get_month", async |tx| {
                self.read(tx, reader, reach, placement, month).await
            })
            .await
    }

    async fn read(
        &self,
        tx: &mut Tx,
        reader: Option<&Reader>,
        reach: &Reach,
        placement: PlacementId,
        month: Month,
    ) -> Result<MonthView, AttendanceError> {
        let ground = self.ground(tx, reach, placement, month).await?;
        let stored = store::reports::find(tx, placement, month).await?;
        let (hours, remarks) = match &stored {
            Some(StoredReport { report, .. }) => {
                ground.check_owns(report)?;
                let id = report.month_report_id;
                let numbers: Vec<u32> = report.revisions.iter().map(|revision| revision.number).collect();
                let hours = store::revisions::hours(tx, id, month, &numbers).await?;
                (hours, store::remarks::of_report(tx, &self.keys, id).await?)
            }
            None => (HashMap::new(), BTreeMap::new()),
        };
        record_read(tx, reader, ground.placement.person_id).await?;
        let open_days = open_days(&ground, month, day_of(tx.now()));
        Ok(MonthView {
            stored,
            hours,
            remarks,
            ground,
            open_days,
        })
    }
}

/// Asked of the check itself, so that what is offered is what is taken.
fn open_days(ground: &Ground, month: Month, today: Date) -> Vec<(Date, Vec<ActivityCode>)> {
    if ground.rules.window.check_draft(month, today).is_err() {
        return Vec::new();
    }
    let is_candidate = |day: &Date| match ground.rules.days {
        DaysAllowed::WorkingDays => ground.calendar.is_working_day(*day),
        DaysAllowed::AnyDay => true,
    };
    let days = month.days().filter(is_candidate).map(|day| {
        let on_day = ground.catalogue.on(day).map(|activity| activity.code.clone());
        let open = on_day.filter(|code| is_open(ground, month, today, day, code));
        (day, open.collect::<Vec<_>>())
    });
    days.filter(|(_, codes)| !codes.is_empty()).collect()
}

fn is_open(ground: &Ground, month: Month, today: Date, day: Date, code: &ActivityCode) -> bool {
    let entry = Entry {
        day,
        activity: code.clone(),
        minutes: ground.rules.unit.minutes().into(),
    };
    let Err(violations) = check(&[entry], &ground.frame(month, today), Purpose::Draft) else {
        return true;
    };
    violations.iter().all(|violation| match violation.place {
        Place::Month => false,
        Place::Entry { field, .. } => field == EntryField::Minutes,
    })
}
