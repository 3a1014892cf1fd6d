//! Who is in which run: the participants of a month, some of whom withdraw while its file leaves, and one who never does.

use proto::types::v1::{Month, Recipient};
use support::people::PEOPLE;
use uuid::Uuid;

use crate::stand::fresh_uuid;

/// Of a run so many withdraw while it begins.
pub const RACERS: usize = 4;
/// The last month; there is a cohort per month, back from here.
const LATEST: usize = 2025 * 12 + 11;
const RECIPIENTS: [Recipient; 2] = [Recipient::Esf, Recipient::Scb];

/// Somebody with one month.
#[derive(Clone, Debug)]
pub struct Participant {
    pub person: Uuid,
    pub placement: Uuid,
    pub report: Uuid,
    pub month: Month,
    /// Shared with others: the fixtures are few, and rows are told apart by their reports.
    pub number: String,
}

/// The participants of a month.
#[derive(Clone, Debug)]
pub struct Cohort {
    pub month: Month,
    pub racers: Vec<Participant>,
    /// Never withdraws: what they sign for arrives, whoever withdraws beside them.
    pub bystander: Participant,
}

/// A run: the month of a cohort to one recipient. Everybody races once with each.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    pub seed: u64,
    pub cohort: &'a Cohort,
    pub recipient: Recipient,
    /// How many withdraw.
    pub racing: usize,
}

/// Cohorts for so many rounds.
pub fn cohorts(rounds: usize) -> Vec<Cohort> {
    (0..rounds.div_ceil(RACERS).div_ceil(RECIPIENTS.len()))
        .map(|place| {
            let month = month_before(place);
            let mut people = (0..=RACERS).map(|number| participant(place + number, month));
            let bystander = people.next().expect("there is room for one who stays");
            Cohort {
                month,
                racers: people.collect(),
                bystander,
            }
        })
        .collect()
}

/// The runs of so many rounds.
pub fn groups(cohorts: &[Cohort], rounds: usize) -> Vec<Group<'_>> {
    let runs = cohorts
        .iter()
        .flat_map(|cohort| RECIPIENTS.map(|recipient| (cohort, recipient)));
    let numbered = (0_u64..).zip((0..rounds).step_by(RACERS)).zip(runs);
    numbered
        .map(|((seed, before), (cohort, recipient))| Group {
            seed,
            cohort,
            recipient,
            racing: (rounds - before).min(RACERS),
        })
        .collect()
}

impl Cohort {
    pub fn everybody(&self) -> impl Iterator<Item = &Participant> {
        std::iter::once(&self.bystander).chain(&self.racers)
    }
}

impl Group<'_> {
    pub fn racers(&self) -> &[Participant] {
        &self.cohort.racers[..self.racing]
    }

    /// Those whose month leaves in any case.
    pub fn staying(&self) -> impl Iterator<Item = &Participant> {
        std::iter::once(&self.cohort.bystander).chain(&self.cohort.racers[self.racing..])
    }
}

fn participant(place: usize, month: Month) -> Participant {
    Participant {
        person: fresh_uuid(),
        placement: fresh_uuid(),
        report: fresh_uuid(),
        month,
        number: PEOPLE[place % PEOPLE.len()].digits(),
    }
}

fn month_before(place: usize) -> Month {
    let months = LATEST - place;
    Month {
        year: i32::try_from(months / 12).expect("a year"),
        month: i32::try_from(months % 12 + 1).expect("a month"),
    }
}

#[test]
fn there_are_as_many_rounds_as_were_asked_for() {
    for rounds in [1, 4, 5, 50, 1000] {
        let cohorts = cohorts(rounds);
        let groups = groups(&cohorts, rounds);
        let racing: usize = groups.iter().map(|group| group.racers().len()).sum();
        assert_eq!(racing, rounds);
    }
}
