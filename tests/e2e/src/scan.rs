//! Looks for people in bytes: their numbers and names in every form in which a program may have written them, and words
//! that tell something about somebody. Whatever is searched, a finding names the form and the place, so that the writer
//! can be found.

mod spellings;

use std::fmt;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::Result;
use support::people::Person;

pub use spellings::{Form, Spelling, spellings_of, spellings_of_word};

/// Bytes shown before and after a finding.
const AROUND: usize = 40;

/// A searcher for certain people and words.
pub struct Scanner {
    folded: Searcher,
    exact: Searcher,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    Person(Person),
    /// A word that stands for something that others may not learn.
    Fact(&'static str),
}

/// Something where it should not be.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    pub sought: Sought,
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
    sought: Sought,
    form: Form,
}

impl Scanner {
    /// Prepares to look for these people.
    pub fn for_people(people: &[Person]) -> Result<Self> {
        Self::for_people_and_facts(people, &[])
    }

    /// The same, and for these words, each a single one.
    pub fn for_people_and_facts(people: &[Person], facts: &[&'static str]) -> Result<Self> {
        let people = people
            .iter()
            .map(|person| (Sought::Person(*person), spellings_of(person)));
        let facts = facts
            .iter()
            .map(|fact| (Sought::Fact(fact), spellings_of_word(fact)));
        let all = people
            .chain(facts)
            .flat_map(|(sought, spellings)| spellings.into_iter().map(move |spelling| (sought, spelling)));
        let (folded, exact) = all.partition(|(_, spelling)| spelling.ignores_case);
        Ok(Self {
            folded: Searcher::new(folded, true)?,
            exact: Searcher::new(exact, false)?,
        })
    }

    /// Everybody and everything found in these bytes.
    pub fn scan(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let mut found = self.folded.search(place, bytes);
        found.extend(self.exact.search(place, bytes));
        found
    }
}

impl Searcher {
    fn new(wanted: Vec<(Sought, Spelling)>, ignores_case: bool) -> Result<Self> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(ignores_case)
            .build(wanted.iter().map(|(_, spelling)| &spelling.bytes))?;
        let needles = wanted.into_iter().map(|(sought, spelling)| Needle {
            sought,
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
                sought: needle.sought,
                form: needle.form,
                place: place.to_owned(),
                around: String::from_utf8_lossy(&bytes[from..to]).into_owned(),
            }
        });
        found.collect()
    }
}

impl Finding {
    /// Whether it is a person's number that was found, not a name.
    pub fn is_number(&self) -> bool {
        self.form.is_number()
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sought,
            form,
            place,
            around,
        } = self;
        let whose = match sought {
            Sought::Person(person) => person.given_name,
            Sought::Fact(fact) => fact,
        };
        write!(formatter, "{} of {whose} in {place}: {around:?}", form.name())
    }
}

#[cfg(test)]
mod tests;
