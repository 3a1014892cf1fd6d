//! Who receives.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the two recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Recipient {
    Esf,
    Scb,
}

impl Recipient {
    pub const ALL: [Self; 2] = [Self::Esf, Self::Scb];

    /// As it stands in the header of a part.
    pub fn name(self) -> &'static str {
        match self {
            Self::Esf => "ESF",
            Self::Scb => "SCB",
        }
    }

    /// In names of files.
    pub fn stem(self) -> &'static str {
        match self {
            Self::Esf => "esf",
            Self::Scb => "scb",
        }
    }

    /// Reads either spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|recipient| recipient.name().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
