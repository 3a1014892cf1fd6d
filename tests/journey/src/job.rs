//! The main job, for last month, from files that users have: decisions become placements, hours become months,
//! participants answer and consent, and what is approved and consented to arrives sealed at ESF and SCB. Everything goes
//! through the public APIs, and a second journey over the same state finds what the first one left.

mod answers;
mod calls;
mod cases;
mod decisions;
mod hours;
mod inputs;
mod office;
mod providers;
mod sending;
mod table;
pub mod waiting;

use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use proto::types::v1::Month;

use self::calls::{ordering, patiently};
use crate::tour::{AgencyDesk, Cast};
use crate::{Gateway, Places};

pub use office::Office;
pub use providers::SECOND_SUPERVISOR;

pub use cases::{CASES, Case, Story, Workplace};
pub use table::{Line, Report};

/// Tells each step.
pub type Tell<'a> = &'a mut (dyn FnMut(&str) + Send);

/// The month the job is about, and what is used all along.
pub struct Job<'a> {
    pub places: &'a Places,
    pub cast: &'a Cast,
    /// Where the input files are written.
    pub folder: &'a Path,
    /// Today by the stack's clock.
    pub today: Date,
}

impl Job<'_> {
    /// First day of the month before today's.
    pub fn first_day(&self) -> Date {
        let first = self.today.first_of_month();
        let day_before = first
            .yesterday()
            .expect("the clock is not at the beginning of time");
        day_before.first_of_month()
    }

    /// The month reported.
    pub fn month(&self) -> Month {
        month_of(self.first_day())
    }

    /// The month reported, as recipients write it.
    pub fn month_name(&self) -> String {
        self.first_day().strftime("%Y-%m").to_string()
    }

    /// Does all of it, or finds that it is done.
    pub async fn perform(&self, tell: Tell<'_>) -> Result<Report> {
        let gateway = Gateway::open(self.places)?;
        tell("The providers' staff sign in; whoever has no account yet is given one.");
        let desk = ordering(|| AgencyDesk::open(self.places, &gateway, &self.cast.officer)).await?;
        let providers = Box::pin(providers::Providers::gather(self, &desk)).await?;
        inputs::write(self, &providers.working_days(self.month()).await?)?;
        tell(&format!(
            "The input files for {} lie in {}.",
            self.month_name(),
            self.folder.display()
        ));
        let placements = decisions::import(self, &desk.system, tell).await?;
        if !sending::is_done(self, &desk.system).await? {
            self.work(&desk, &providers, &placements, tell).await?;
        }
        let system = patiently(&["identity"], || desk.system.renewed()).await?;
        table::report(self, &system, &providers, &placements).await
    }

    async fn work(
        &self,
        desk: &AgencyDesk,
        providers: &providers::Providers,
        placements: &decisions::Placements,
        tell: Tell<'_>,
    ) -> Result<()> {
        tell("Receivers find the new participants in their inbox, take them over and plan with them.");
        providers.receive(self, placements).await.context("the inbox")?;
        tell("The providers' hours for the month come from their own systems, and are submitted.");
        hours::report(self, providers, placements)
            .await
            .context("the hours")?;
        tell("The participants read, answer and consent with BankID.");
        answers::first(self, placements).await.context("the answers")?;
        tell("One month is corrected after it was approved, and approved again.");
        hours::correct(self, providers, placements)
            .await
            .context("the corrections")?;
        answers::corrected(self, placements)
            .await
            .context("the answers to corrections")?;
        let system = patiently(&["identity"], || desk.system.renewed()).await?;
        sending::send(self, &system, placements, tell)
            .await
            .context("the sending")
    }
}

/// The month of a day.
pub fn month_of(day: Date) -> Month {
    Month {
        year: day.year().into(),
        month: day.month().into(),
    }
}

/// A day of the contract.
pub(crate) fn day_of(day: Date) -> proto::types::v1::Day {
    proto::types::v1::Day {
        year: day.year().into(),
        month: day.month().into(),
        day: day.day().into(),
    }
}
