//! Looks for people in bytes: their numbers and names in every form in which a program may have written them. Whatever
//! is searched, a finding names the person's form and the place, so that the writer can be found.

mod spellings;

use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::Result;
use support::people::Person;

pub use spellings::{Form, Spelling, spellings_of};

/// Bytes shown before and after a finding.
const AROUND: usize = 40;

/// A searcher for certain people.
pub struct Scanner {
    folded: Searcher,
    exact: Searcher,
}

/// A person where nobody should be.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    pub person: Person,
    pub form: Form,
    pub place: String,
    /// The bytes around it, with what is no text replaced.
    pub around: String,
}

struct Searcher {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
}

struct Needle {
    person: Person,
    form: Form,
}

impl Scanner {
    /// Prepares to look for these people.
    pub fn for_people(people: &[Person]) -> Result<Self> {
        let all = people.iter().flat_map(|person| {
            spellings_of(person)
                .into_iter()
                .map(|spelling| (*person, spelling))
        });
        let (folded, exact) = all.partition(|(_, spelling)| spelling.ignores_case);
        Ok(Self {
            folded: Searcher::new(folded, true)?,
            exact: Searcher::new(exact, false)?,
        })
    }

    /// Everybody found in these bytes.
    pub fn scan(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let mut found = self.folded.search(place, bytes);
        found.extend(self.exact.search(place, bytes));
        found
    }
}

impl Searcher {
    fn new(wanted: Vec<(Person, Spelling)>, ignores_case: bool) -> Result<Self> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(ignores_case)
            .build(wanted.iter().map(|(_, spelling)| &spelling.bytes))?;
        let needles = wanted.into_iter().map(|(person, spelling)| Needle {
            person,
            form: spelling.form,
        });
        Ok(Self {
            automaton,
            needles: needles.collect(),
        })
    }

    fn search(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let found = self.automaton.find_iter(bytes).map(|found| {
            let needle = &self.needles[found.pattern().as_usize()];
            let from = found.start().saturating_sub(AROUND);
            let to = (found.end() + AROUND).min(bytes.len());
            Finding {
                person: needle.person,
                form: needle.form,
                place: place.to_owned(),
                around: String::from_utf8_lossy(&bytes[from..to]).into_owned(),
            }
        });
        found.collect()
    }
}

impl Finding {
    /// Whether it is the person's number that was found, not the name.
    pub fn is_number(&self) -> bool {
        self.form.is_number()
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            person,
            form,
            place,
            around,
        } = self;
        write!(
            formatter,
            "{} of {} in {place}: {around:?}",
            form.name(),
            person.given_name
        )
    }
}

#[cfg(test)]
mod tests;
