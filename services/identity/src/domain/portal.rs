//! Which pages a person signs in to, on what device and in which language.

/// The pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Portal {
    /// The participant's.
    Participant,
    /// Those of providers, project owners and the agency.
    Staff,
}

/// Where the BankID app is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Device {
    /// On another device: a QR code is scanned.
    Other,
    /// On the computer of the browser.
    SameComputer,
    /// On the mobile device of the browser.
    SameMobile,
}

/// Language of what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Svenska.
    Swedish,
    /// English.
    English,
}

/// A word of the database that is none of the known ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word for a {0}")]
pub struct UnknownWord(pub &'static str);

impl Portal {
    /// The word in the database and in access tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Staff => "staff",
        }
    }
}

impl TryFrom<&str> for Portal {
    type Error = UnknownWord;

    fn try_from(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "participant" => Ok(Self::Participant),
            "staff" => Ok(Self::Staff),
            _ => Err(UnknownWord("portal")),
        }
    }
}

impl Device {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::SameComputer => "same_computer",
            Self::SameMobile => "same_mobile",
        }
    }
}

impl TryFrom<&str> for Device {
    type Error = UnknownWord;

    fn try_from(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "other" => Ok(Self::Other),
            "same_computer" => Ok(Self::SameComputer),
            "same_mobile" => Ok(Self::SameMobile),
            _ => Err(UnknownWord("device")),
        }
    }
}

impl Language {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }
}

impl TryFrom<&str> for Language {
    type Error = UnknownWord;

    fn try_from(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "sv" => Ok(Self::Swedish),
            "en" => Ok(Self::English),
            _ => Err(UnknownWord("language")),
        }
    }
}
