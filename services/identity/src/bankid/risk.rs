//! How risky BankID takes an order to be, and which orders we take.

use serde::{Deserialize, Serialize};

use super::config::BankidConfig;

/// BankID's judgement, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nothing speaks against the order.
    Low,
    /// Something does.
    Moderate,
    /// Much does.
    High,
}

impl Risk {
    /// Reads BankID's word; none if BankID does not know. A word that we do not know is taken for the worst.
    pub fn read(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("unknown") => None,
            Some("low") => Some(Self::Low),
            Some("moderate") => Some(Self::Moderate),
            Some(_) => Some(Self::High),
        }
    }
}

impl BankidConfig {
    /// Whether an order of that risk is taken.
    pub fn accepts_risk(&self, risk: Option<Risk>) -> bool {
        risk.map_or(self.accepts_unknown_risk, |risk| risk <= self.accepted_risk)
    }
}

#[cfg(test)]
mod tests {
    use platform::config::Section as _;

    use super::*;

    #[test]
    fn words_that_we_do_not_know_are_the_worst() {
        let words = ["low", "moderate", "high", "severe", ""].map(|word| Risk::read(Some(word)));
        let worst = Some(Risk::High);
        assert_eq!(
            words,
            [Some(Risk::Low), Some(Risk::Moderate), worst, worst, worst]
        );
        assert_eq!((Risk::read(None), Risk::read(Some("unknown"))), (None, None));
    }

    #[test]
    fn an_order_is_taken_up_to_the_accepted_risk() {
        let risks = [Some(Risk::Low), Some(Risk::Moderate), Some(Risk::High)];
        let accepted = [
            (Risk::Low, [true, false, false]),
            (Risk::Moderate, [true, true, false]),
            (Risk::High, [true, true, true]),
        ];
        for (accepted_risk, expected) in accepted {
            let config = BankidConfig {
                accepted_risk,
                ..BankidConfig::example("identity")
            };
            assert_eq!(
                risks.map(|risk| config.accepts_risk(risk)),
                expected,
                "{accepted_risk:?}"
            );
        }
    }

    #[test]
    fn a_risk_that_bankid_does_not_know_is_taken_unless_refused() {
        for accepts_unknown_risk in [true, false] {
            let config = BankidConfig {
                accepts_unknown_risk,
                ..BankidConfig::example("identity")
            };
            assert_eq!(config.accepts_risk(None), accepts_unknown_risk);
        }
    }
}
