//! Who may be told.

use std::fmt;

/// A recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// Svenska ESF-rådet.
    Esf,
    /// Statistics Sweden.
    Scb,
}

impl Recipient {
    pub const ALL: [Self; 2] = [Self::Esf, Self::Scb];

    /// The code in tables, files and paths.
    pub fn code(self) -> &'static str {
        match self {
            Self::Esf => "ESF",
            Self::Scb => "SCB",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recipient| recipient.code() == code)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}
