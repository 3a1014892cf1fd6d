//! The test people: who they are, what kind of BankID they hold and what happens when they act.

use serde::{Deserialize, Serialize};

/// The fixed cast, with obviously invented names.
const CAST: &str = include_str!("people.toml");

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    #[serde(alias = "personal_number")]
    pub personal_number: String,
    pub key: String,
    #[serde(alias = "given_name")]
    pub given_name: String,
    pub surname: String,
    #[serde(default)]
    pub policy: Policy,
    #[serde(alias = "issued_on", default = "default_issue_date")]
    pub issued_on: String,
    #[serde(default)]
    pub scenario: Scenario,
}

/// The kind of BankID, which decides the policy OID in the certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    #[default]
    Mobile,
    File,
    Card,
}

/// What happens when the person opens or approves an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scenario {
    #[default]
    Normal,
    /// The BankID is blocked: approving fails with certificateErr.
    Blocked,
    /// Opening fails with notSupportedByUserApp.
    TooOldApp,
    /// Approving takes this long; the order stays pending meanwhile and may expire.
    Slow { seconds: i64 },
    /// The order is judged this risky.
    Risk { level: Risk },
    /// In a call the person says no: userDeclinedCall.
    CallDeclined,
    /// The person picks somebody else's BankID on the device.
    WrongPerson { signs_as: String },
    /// A newer order elsewhere takes over as soon as this one is opened: cancelled.
    Replaced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    Low,
    Moderate,
    High,
}

/// Everybody the simulator knows.
#[derive(Debug, Clone)]
pub struct People(Vec<Person>);

#[derive(Deserialize)]
struct Cast {
    person: Vec<Person>,
}

impl Person {
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.surname)
    }

    pub fn risk(&self) -> Risk {
        if let Scenario::Risk { level } = self.scenario {
            level
        } else {
            Risk::Low
        }
    }
}

impl Policy {
    pub fn oid(self) -> &'static str {
        match self {
            Self::Mobile => "1.2.3.4.25",
            Self::File => "1.2.3.4.5",
            Self::Card => "1.2.3.4.10",
        }
    }
}

impl People {
    /// The people of `people.toml`.
    pub fn cast() -> Self {
        let cast: Cast = toml::from_str(CAST).expect("the built-in cast is valid, a test reads it");
        Self(cast.person)
    }

    pub fn all(&self) -> &[Person] {
        &self.0
    }

    /// Finds a person by key or by personal number.
    pub fn find(&self, key_or_number: &str) -> Option<&Person> {
        self.0
            .iter()
            .find(|person| person.key == key_or_number || person.personal_number == key_or_number)
    }

    /// Gives a person another scenario; false when there is no such person.
    pub fn set_scenario(&mut self, key_or_number: &str, scenario: Scenario) -> bool {
        let person = self
            .0
            .iter_mut()
            .find(|person| person.key == key_or_number || person.personal_number == key_or_number);
        person.map(|person| person.scenario = scenario).is_some()
    }
}

fn default_issue_date() -> String {
    "2025-01-15".to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn is_luhn_valid(number: &str) -> bool {
        let digits = number[2..].bytes().map(|byte| u32::from(byte - b'0'));
        let sum: u32 = digits
            .enumerate()
            .map(|(place, digit)| {
                if place % 2 == 0 {
                    digit * 2 / 10 + digit * 2 % 10
                } else {
                    digit
                }
            })
            .sum();
        sum.is_multiple_of(10)
    }

    #[test]
    fn the_cast_is_the_fixture_people_with_reserved_serials() {
        let people = People::cast();
        assert_eq!(people.all().len(), 42);
        for person in people.all() {
            let serial: u32 = person.personal_number[8..11].parse().unwrap();
            assert!(
                (980..=999).contains(&serial) && is_luhn_valid(&person.personal_number),
                "{}",
                person.key
            );
        }
    }

    #[test]
    fn keys_and_numbers_are_unique() {
        let people = People::cast();
        let names: HashSet<_> = people
            .all()
            .iter()
            .flat_map(|p| [&p.key, &p.personal_number])
            .collect();
        assert_eq!(names.len(), 2 * people.all().len());
    }
}
