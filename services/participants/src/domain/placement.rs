//! A placement: what decisions say of it, who takes care of it, and how far it has come. How far follows from the day,
//! the period, the interruption and the supervisor alone, so it is the same in whatever order the decisions came. Of a
//! case the decision with the highest sequence holds: an interruption ends it, and a full decision after that, which says
//! who goes where and when, has it go on.

use jiff::Timestamp;
use jiff::civil::Date;

use super::decision::{Assignment, Content, Decision, Place, Register};
use super::facts::Facts;
use super::ids::{AccountId, PersonId, PlacementId};
use super::period::Period;
use super::reference::CaseReference;

/// How far a placement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// No supervisor yet.
    Received,
    /// Has a supervisor; the period has not begun.
    Assigned,
    /// Has a supervisor; the period has begun.
    Active,
    /// The period is over.
    Ended,
    /// Broken off before its first day.
    InterruptedBeforeStart,
    /// Broken off, and the day has come.
    Interrupted,
}

/// A placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub id: PlacementId,
    pub case: CaseReference,
    pub person: PersonId,
    pub current: Register<Terms>,
    pub extends: Option<Register<CaseReference>>,
    /// Only while no full decision is newer.
    pub interruption: Option<Register<Date>>,
    pub supervisor: Option<AccountId>,
    /// Of the interruption that holds.
    pub removed_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

/// What the newest of its full decisions says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub place: Place,
    pub period: Period,
    pub is_protected: bool,
    pub facts: Facts,
}

/// Why a decision cannot be one of the case: a person or an organisation of its own makes a case of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnotherCase {
    #[error("the case is about another person")]
    Person,
    #[error("the case belongs to another organisation")]
    Organisation,
}

/// The placement is over: nobody can be given it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the placement is over")]
pub struct Over;

/// The placement was not broken off before it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the placement was not broken off before it began")]
pub struct NotInterruptedBeforeStart;

impl Status {
    pub const ALL: [Self; 6] = [
        Self::Received,
        Self::Assigned,
        Self::Active,
        Self::Ended,
        Self::InterruptedBeforeStart,
        Self::Interrupted,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Assigned => "assigned",
            Self::Active => "active",
            Self::Ended => "ended",
            Self::InterruptedBeforeStart => "interrupted_before_start",
            Self::Interrupted => "interrupted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    pub const fn is_over(self) -> bool {
        match self {
            Self::Ended | Self::InterruptedBeforeStart | Self::Interrupted => true,
            Self::Received | Self::Assigned | Self::Active => false,
        }
    }
}

impl Placement {
    /// The placement that the first full decision of a case makes; None of an interruption, which waits for its case.
    pub fn begin(id: PlacementId, decision: &Decision, at: Timestamp) -> Option<Self> {
        let (assignment, extends) = full(&decision.content)?;
        Some(Self {
            id,
            case: decision.case.clone(),
            person: assignment.person,
            current: Register::new(decision.sequence, Terms::of(assignment)),
            extends: extends.map(|case| Register::new(decision.sequence, case.clone())),
            interruption: None,
            supervisor: None,
            removed_at: None,
            received_at: at,
        })
    }

    /// Takes a further decision of the case. `is_same` compares persons that may have turned out to be one.
    pub fn apply(
        mut self,
        decision: &Decision,
        is_same: impl Fn(PersonId, PersonId) -> bool,
    ) -> Result<Self, AnotherCase> {
        if let Content::Interruption { on } = decision.content {
            return Ok(self.interrupt(Register::new(decision.sequence, on)));
        }
        let Some((assignment, extends)) = full(&decision.content) else {
            return Ok(self);
        };
        if !is_same(self.person, assignment.person) {
            return Err(AnotherCase::Person);
        }
        // What one organisation planned and reported is not for the next one to see.
        if self.current.value.place.organisation != assignment.place.organisation {
            return Err(AnotherCase::Organisation);
        }
        if let Some(case) = extends {
            let told = Register::new(decision.sequence, case.clone());
            self.extends = Some(newer(self.extends, told));
        }
        let place_before = self.current.value.place;
        self.current = self
            .current
            .or_newer(Register::new(decision.sequence, Terms::of(assignment)));
        if self.current.value.place != place_before {
            // Whoever works there now has not been asked yet.
            self.supervisor = None;
        }
        let is_lifted = self
            .interruption
            .as_ref()
            .is_some_and(|held| held.sequence < self.current.sequence);
        if is_lifted {
            self.interruption = None;
            self.removed_at = None;
        }
        Ok(self)
    }

    /// Takes an interruption, perhaps one that came before its case. A removal was of the one before.
    #[must_use]
    pub fn interrupt(mut self, told: Register<Date>) -> Self {
        let held = self.interruption.as_ref().map_or(0, |held| held.sequence);
        if told.sequence > held.max(self.current.sequence) {
            self.interruption = Some(told);
            self.removed_at = None;
        }
        self
    }

    /// How far it has come by a day.
    pub fn status(&self, today: Date) -> Status {
        let period = self.current.value.period;
        match self.interrupted_on() {
            Some(on) if on <= period.first() => return Status::InterruptedBeforeStart,
            Some(on) if on <= today && on <= period.last() => return Status::Interrupted,
            Some(_) | None => {}
        }
        if today > period.last() {
            Status::Ended
        } else if self.supervisor.is_none() {
            Status::Received
        } else if today < period.first() {
            Status::Assigned
        } else {
            Status::Active
        }
    }

    /// The first later day on which it will have come further by itself.
    pub fn next_change(&self, today: Date) -> Option<Date> {
        let period = self.current.value.period;
        let mut days = [
            Some(period.first()),
            Some(period.over_from()),
            self.interrupted_on(),
        ];
        days.sort_unstable();
        let status = self.status(today);
        days.into_iter()
            .flatten()
            .find(|day| *day > today && self.status(*day) != status)
    }

    pub fn interrupted_on(&self) -> Option<Date> {
        self.interruption.as_ref().map(|told| told.value)
    }

    /// Whether receivers see it: it has not begun, nobody takes care of it, or it was broken off before it began and is not
    /// removed.
    pub fn is_in_inbox(&self, today: Date) -> bool {
        match self.status(today) {
            Status::Received | Status::Assigned => true,
            Status::InterruptedBeforeStart => self.removed_at.is_none(),
            Status::Active | Status::Ended | Status::Interrupted => false,
        }
    }

    /// Gives it to a supervisor, the first or another one.
    pub fn assign(mut self, supervisor: AccountId, today: Date) -> Result<Self, Over> {
        if self.status(today).is_over() {
            return Err(Over);
        }
        self.supervisor = Some(supervisor);
        Ok(self)
    }

    /// Whether there is or was something to plan.
    pub fn check_plannable(&self, today: Date) -> Result<(), Over> {
        if self.status(today) == Status::InterruptedBeforeStart {
            Err(Over)
        } else {
            Ok(())
        }
    }

    /// Takes it out of the inbox. The same again changes nothing.
    pub fn remove(mut self, at: Timestamp, today: Date) -> Result<Self, NotInterruptedBeforeStart> {
        if self.status(today) != Status::InterruptedBeforeStart {
            return Err(NotInterruptedBeforeStart);
        }
        self.removed_at.get_or_insert(at);
        Ok(self)
    }
}

impl Terms {
    fn of(assignment: &Assignment) -> Self {
        Self {
            place: assignment.place,
            period: assignment.period,
            is_protected: assignment.is_protected,
            facts: assignment.facts.clone(),
        }
    }
}

fn full(content: &Content) -> Option<(&Assignment, Option<&CaseReference>)> {
    match content {
        Content::New(assignment) | Content::Changed(assignment) => Some((assignment, None)),
        Content::Extension { extends, assignment } => Some((assignment, Some(extends))),
        Content::Interruption { .. } => None,
    }
}

fn newer<T>(held: Option<Register<T>>, told: Register<T>) -> Register<T> {
    match held {
        Some(held) => held.or_newer(told),
        None => told,
    }
}

#[cfg(test)]
mod tests;
