//! What a database begins with: the catalogue of the release, published, and the working days. Done at each start; what is
//! there already is left as it is.

use jiff::civil::Date;
use platform::db::{Database, Tx};

use crate::domain::activity::Catalogue;
use crate::domain::calendar::Calendar;
use crate::domain::month::Month;
use crate::error::AttendanceError;
use crate::events::publish;
use crate::store;

/// Years whose working days are stored.
const YEARS: std::ops::RangeInclusive<i32> = 2014..=2045;

pub async fn seed(database: &Database, calendar: Calendar) -> Result<(), AttendanceError> {
    let days = working_days(calendar);
    database
        .transaction("attendance.seed", async |tx| {
            store::calendar::add_working_days(tx, &days).await?;
            add_activities(tx).await
        })
        .await
}

async fn add_activities(tx: &mut Tx) -> Result<(), AttendanceError> {
    for activity in Catalogue::initial().iter() {
        if store::activities::lock(tx, &activity.code).await?.is_none() {
            let record = publish::activity(tx, activity).await?;
            store::activities::save(tx, activity, record).await?;
        }
    }
    Ok(())
}

fn working_days(calendar: Calendar) -> Vec<Date> {
    let months = YEARS.flat_map(|year| (1..=12).filter_map(move |month| Month::parse(year, month).ok()));
    months
        .flat_map(|month| calendar.working_days(month).collect::<Vec<_>>())
        .collect()
}
