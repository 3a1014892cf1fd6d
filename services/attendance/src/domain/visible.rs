//! What the participant reads in the BankID app before approving: the month, each day with its activities and hours, the
//! sums, and what approving does. It is made of the revision, the names of its activities and the unit's text alone, so no
//! personal number or name of a person can get into it.

mod words;

use std::fmt::{self, Write as _};

use super::activity::{ActivityCode, Catalogue};
use super::hours::Row;
use super::report::Content;
use words::Words;

/// What one signature may show, in bytes.
pub const LONGEST_TEXT: usize = 30_000;
const LONGEST_UNIT: usize = 200;

/// Language of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
}

/// What the text needs beside the revision.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    pub language: Language,
    pub catalogue: &'a Catalogue,
    /// What people know the unit by. Control characters become spaces, and it is cut at 200 characters.
    pub unit: &'a str,
    /// Whether the minutes reported stand beside the hours they count as.
    pub shows_minutes: bool,
}

/// The month has more rows than a signature can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text has more than {LONGEST_TEXT} bytes")]
pub struct TextTooLong;

/// The text of a revision.
pub fn visible_text(content: &Content, setting: &Setting<'_>) -> Result<String, TextTooLong> {
    let writing = Writing {
        content,
        setting,
        words: words::of(setting.language),
    };
    let text = writing.text().expect("a String takes everything");
    if text.len() > LONGEST_TEXT {
        Err(TextTooLong)
    } else {
        Ok(text)
    }
}

struct Writing<'a> {
    content: &'a Content,
    setting: &'a Setting<'a>,
    words: &'static Words,
}

impl Writing<'_> {
    fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        self.head(&mut text)?;
        if self.content.hours.is_zero_month() {
            writeln!(text, "\n{}", self.words.no_hours)?;
        } else {
            self.days(&mut text)?;
            self.sums(&mut text)?;
        }
        write!(text, "\n{}", self.words.what_approving_does)?;
        Ok(text)
    }

    fn head(&self, text: &mut String) -> fmt::Result {
        let (words, month) = (self.words, self.content.month);
        let name = words.months[usize::try_from(month.number() - 1).expect("a month from 1 to 12")];
        writeln!(text, "{} {name} {}", words.heading, month.year())?;
        writeln!(text, "{}: {}", words.unit, plain(self.setting.unit))?;
        if self.content.revision > 1 {
            writeln!(
                text,
                "{} {}. {}",
                words.version, self.content.revision, words.takes_place
            )?;
        }
        Ok(())
    }

    fn days(&self, text: &mut String) -> fmt::Result {
        for (day, rows) in self.content.hours.days() {
            let weekday =
                usize::try_from(day.weekday().to_monday_zero_offset()).expect("a weekday from 0 to 6");
            writeln!(text, "\n{day} {}", self.words.weekdays[weekday])?;
            for row in rows {
                self.row(text, row)?;
            }
        }
        Ok(())
    }

    fn row(&self, text: &mut String, row: &Row) -> fmt::Result {
        let (name, time) = (
            self.name(&row.activity),
            self.words.time(row.credited_minutes.into()),
        );
        if self.setting.shows_minutes {
            let minutes = row.minutes;
            writeln!(text, "- {name}: {time} ({} {minutes} min)", self.words.reported)
        } else {
            writeln!(text, "- {name}: {time}")
        }
    }

    fn sums(&self, text: &mut String) -> fmt::Result {
        let (words, hours) = (self.words, &self.content.hours);
        writeln!(text, "\n{}", words.per_activity)?;
        for (code, minutes) in hours.totals() {
            writeln!(text, "- {}: {}", self.name(code), words.time(minutes))?;
        }
        writeln!(text, "{}: {}", words.in_all, words.time(hours.credited_minutes()))
    }

    // What the catalogue does not know any more is called by its code.
    fn name(&self, code: &ActivityCode) -> String {
        let Some(activity) = self.setting.catalogue.get(code) else {
            return code.to_string();
        };
        match self.setting.language {
            Language::Swedish => activity.name_sv.as_str().to_owned(),
            Language::English => activity.name_en.as_str().to_owned(),
        }
    }
}

fn plain(unit: &str) -> String {
    let letters = unit
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    letters.take(LONGEST_UNIT).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests;
