//! Why a row is withheld.

/// A reason. What consent refuses is one of them too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    NotAnswered,
    Rejected,
    Lapsed,
    NoConsent,
    ConsentWithdrawn,
    Training,
    NotEsfFunded,
    ProtectedIdentity,
    InterruptedBeforeStart,
    NotCurrent,
    PersonUnknown,
}

impl Reason {
    pub const ALL: [Self; 11] = [
        Self::NotAnswered,
        Self::Rejected,
        Self::Lapsed,
        Self::NoConsent,
        Self::ConsentWithdrawn,
        Self::Training,
        Self::NotEsfFunded,
        Self::ProtectedIdentity,
        Self::InterruptedBeforeStart,
        Self::NotCurrent,
        Self::PersonUnknown,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnswered => "not_answered",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
            Self::NoConsent => "no_consent",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::Training => "training",
            Self::NotEsfFunded => "not_esf_funded",
            Self::ProtectedIdentity => "protected_identity",
            Self::InterruptedBeforeStart => "interrupted_before_start",
            Self::NotCurrent => "not_current",
            Self::PersonUnknown => "person_unknown",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_reasons_apart() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
    }
}
