//! To whom secrecy can be lifted, and in which language a wording is read. Codes are what the tables hold.

/// Who may be told of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    Esf,
    Scb,
}

/// Language of a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    Swedish,
    English,
}

impl Recipient {
    pub const ALL: [Self; 2] = [Self::Esf, Self::Scb];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Esf => "esf",
            Self::Scb => "scb",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recipient| recipient.code() == code)
    }
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_to_what_they_stand_for() {
        for recipient in Recipient::ALL {
            assert_eq!(Recipient::from_code(recipient.code()), Some(recipient));
        }
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Recipient::from_code("ibm"), None);
        assert_eq!(Language::from_code("fi"), None);
    }
}
