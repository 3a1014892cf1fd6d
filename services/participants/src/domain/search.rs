//! Searching names that are sealed. A name is spelled plainly (small letters, no accents), cut into words, and each word
//! gives its beginnings of two letters and more; what is stored and asked for are keyed hashes of those. A search finds
//! whoever has, for every word asked for, a word that begins so. One letter finds nobody; words are told apart up to
//! their twelfth letter.

use std::collections::BTreeSet;

const SHORTEST: usize = 2;
const LONGEST: usize = 12;
const MOST_WORDS: usize = 6;

/// What somebody searches for.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// None if nothing is asked for.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The beginnings that all must be found; empty if none of the words is long enough.
    pub fn beginnings(&self) -> Vec<String> {
        words(&self.0)
            .take(MOST_WORDS)
            .filter(|word| word.chars().count() >= SHORTEST)
            .map(|word| word.chars().take(LONGEST).collect())
            .collect()
    }

    /// The text as the beginning of a case reference, if it can be one.
    pub fn case_beginning(&self) -> Option<&str> {
        let is_plain = self
            .0
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
        (is_plain && self.0.len() <= 40).then_some(self.0.as_str())
    }
}

/// Every beginning by which the names are found.
pub fn beginnings(names: &[&str]) -> BTreeSet<String> {
    let words = names.iter().flat_map(|name| words(name));
    words.flat_map(|word| prefixes(&word)).collect()
}

fn prefixes(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().take(LONGEST).collect();
    (SHORTEST..=letters.len())
        .map(|length| letters[..length].iter().collect())
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text.to_lowercase().chars().map(plain).collect();
    let words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

// The letters of names that people leave the accents of; Swedish å, ä and ö count as a and o, as in addresses of mail.
fn plain(letter: char) -> char {
    match letter {
        'å' | 'ä' | 'á' | 'à' | 'â' | 'ã' | 'æ' => 'a',
        'ö' | 'ø' | 'ó' | 'ò' | 'ô' | 'õ' => 'o',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ü' | 'ú' | 'ù' | 'û' => 'u',
        'ç' | 'č' | 'ć' => 'c',
        'ñ' => 'n',
        'š' | 'ş' => 's',
        'ž' => 'z',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(search: &str, names: &[&str]) -> bool {
        let held = beginnings(names);
        let asked = SearchText::parse(search).unwrap().beginnings();
        !asked.is_empty() && asked.iter().all(|word| held.contains(word))
    }

    #[test]
    fn finds_by_beginnings_of_words_in_any_order_without_case_and_accents() {
        let names = ["Anna-Påhitta", "Låtsaslund Övningsfors"];
        for search in [
            "an",
            "ANNA",
            "påhitta anna",
            "latsas",
            "ovningsfors",
            "öv lå an",
            "Anna-Påhitta",
        ] {
            assert!(finds(search, &names), "{search}");
        }
        for search in ["a", "nna", "annas", "lund", "anna fel", "-"] {
            assert!(!finds(search, &names), "{search}");
        }
    }

    #[test]
    fn long_words_are_told_apart_up_to_the_twelfth_letter() {
        assert!(finds("Exempelssonström", &["Exempelssonstad"]));
        assert!(!finds("Exempelsdotter", &["Exempelssonstad"]));
        assert_eq!(beginnings(&["Exempelssonstad"]).len(), 11);
    }

    #[test]
    fn a_case_reference_begins_with_plain_signs() {
        assert_eq!(
            SearchText::parse(" A-20 ").unwrap().case_beginning(),
            Some("A-20")
        );
        for text in ["A 20", "å", "A_1", "A%"] {
            assert_eq!(SearchText::parse(text).unwrap().case_beginning(), None, "{text}");
        }
        assert!(SearchText::parse("  ").is_none());
    }
}
