//! The activity catalogue: what may be reported, from when, and whether it has to stand in the plan. Entries are data with
//! validity; `activities.toml` holds what the catalogue begins with.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Deserialize;

use super::validity::Validity;

const LONGEST_CODE: usize = 40;
const LONGEST_NAME: usize = 60;
// So that the fullest month's visible text fits into one signature together with two consents. Swedish and English never
// come near.
const MOST_NAME_BYTES: usize = 80;

/// Code of an activity: capital letters A to Z, digits and underscores, beginning with a letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ActivityCode(String);

/// The text is no activity code. It is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an activity code has 1 to 40 capital letters, digits and underscores")]
pub struct NotACode;

/// What people read: 1 to 60 characters, 80 bytes of UTF-8 at most, on one line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ActivityName(String);

/// The text is no activity name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an activity name has 1 to 60 characters on one line")]
pub struct NotAName;

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    pub code: ActivityCode,
    /// Days it may be reported on; the first is the day the code began.
    pub validity: Validity,
    pub name_sv: ActivityName,
    pub name_en: ActivityName,
    /// May be reported without standing in the plan.
    #[serde(default)]
    pub always: bool,
    /// May be reported only under a plan that was sent since the code began.
    #[serde(default)]
    pub only_under_newer_plan: bool,
}

/// All activities by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue(BTreeMap<ActivityCode, Activity>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    activity: Vec<Activity>,
}

impl ActivityCode {
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let begins = text.starts_with(|letter: char| letter.is_ascii_uppercase());
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if begins && is_plain && text.len() <= LONGEST_CODE {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotACode)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ActivityName {
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && text.len() <= MOST_NAME_BYTES;
        if fits && text.trim() == text && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAName)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Catalogue {
    /// What the catalogue begins with.
    pub fn initial() -> Self {
        let file: File =
            toml::from_str(include_str!("activities.toml")).expect("the shipped catalogue reads well");
        file.activity.into_iter().collect()
    }

    pub fn get(&self, code: &ActivityCode) -> Option<&Activity> {
        self.0.get(code)
    }

    /// Rising by code.
    pub fn iter(&self) -> impl Iterator<Item = &Activity> {
        self.0.values()
    }

    /// What may be reported on a day, rising by code.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Activity> {
        self.iter()
            .filter(move |activity| activity.validity.contains(day))
    }
}

impl FromIterator<Activity> for Catalogue {
    fn from_iter<I: IntoIterator<Item = Activity>>(activities: I) -> Self {
        Self(
            activities
                .into_iter()
                .map(|activity| (activity.code.clone(), activity))
                .collect(),
        )
    }
}

impl TryFrom<String> for ActivityCode {
    type Error = NotACode;

    fn try_from(text: String) -> Result<Self, NotACode> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for ActivityName {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        Self::parse(&text)
    }
}

impl fmt::Display for ActivityCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ActivityCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ActivityCode({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_code_is_plain_capital_ascii() {
        for text in ["A", "EGET_ARBETE_GP", "SFI2"] {
            assert_eq!(ActivityCode::parse(text).unwrap().as_str(), text);
        }
        let too_long = "A".repeat(41);
        for text in [
            "",
            "a",
            "VÄGLEDNING",
            "2SFI",
            "_A",
            "A B",
            "A-B",
            "A\n",
            &too_long,
        ] {
            assert_eq!(ActivityCode::parse(text), Err(NotACode), "{text}");
        }
    }

    #[test]
    fn a_name_is_one_short_line() {
        assert!(ActivityName::parse("Vägledning").is_ok());
        for text in [
            "",
            " Vägledning",
            "Väg\nledning",
            &"a".repeat(61),
            &"ä".repeat(41),
        ] {
            assert_eq!(ActivityName::parse(text), Err(NotAName), "{text}");
        }
    }

    #[test]
    fn the_first_catalogue_has_fourteen_codes() {
        let catalogue = Catalogue::initial();
        assert_eq!(catalogue.iter().count(), 14);
        assert_eq!(catalogue.on(date(2021, 1, 4)).count(), 13);
        assert_eq!(catalogue.on(date(2026, 1, 5)).count(), 14);
        let own_work = catalogue
            .get(&ActivityCode::parse("EGET_ARBETE_GP").unwrap())
            .unwrap();
        assert!(own_work.only_under_newer_plan && !own_work.always);
    }
}
