//! How far a month has come, for its provider.

use super::{Answer, MonthReport};

/// How far a month has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    NotBegun,
    /// Begun and never submitted.
    Draft,
    Waiting,
    Approved,
    Rejected,
    Lapsed,
}

impl MonthReport {
    /// By the last revision; a correction that is being written changes nothing until it is submitted.
    pub fn status(&self) -> Status {
        match self.last().map(|last| last.answer) {
            Some(Answer::Waiting | Answer::Superseded { .. }) => Status::Waiting,
            Some(Answer::Approved { .. }) => Status::Approved,
            Some(Answer::Rejected { .. }) => Status::Rejected,
            Some(Answer::Lapsed { .. }) => Status::Lapsed,
            None if self.draft.is_some() => Status::Draft,
            None => Status::NotBegun,
        }
    }
}

impl Status {
    pub const ALL: [Self; 6] = [
        Self::NotBegun,
        Self::Draft,
        Self::Waiting,
        Self::Approved,
        Self::Rejected,
        Self::Lapsed,
    ];

    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBegun => "not_begun",
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
        }
    }
}
