//! Finds personal and coordination numbers in any text: a date, perhaps with its century, four digits behind it, and a check
//! digit that is right, whatever single sign stands between. Organisation numbers and dates alone are none. Participants
//! searches in the same way; `tests/support/vectors/case_references.tsv` holds both to it.

use jiff::civil::Date;

/// So many signs may stand between a date and the last four digits.
const WIDEST: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Letter,
    Other,
}

/// Whether one stands anywhere in the text. Digits that belong to a longer run are none.
pub fn occurs_in(text: &str) -> bool {
    let letters: Vec<char> = text.chars().map(plain).collect();
    (0..letters.len())
        .filter(|start| *start == 0 || !letters[start - 1].is_ascii_digit())
        .any(|start| begins_with_number(&letters[start..]))
}

/// The same in words of people, who write a date and the last four digits apart as they like: up to three signs that are
/// neither letter nor digit.
pub fn occurs_in_words(text: &str) -> bool {
    occurs_in(&closed_up(text))
}

// A dash between a date and four digits for whatever stands there.
fn closed_up(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let runs: Vec<&[char]> = signs.chunk_by(|one, next| kind(*one) == kind(*next)).collect();
    let mut closed = String::with_capacity(text.len());
    for (place, run) in runs.iter().enumerate() {
        let before = place.checked_sub(1).map_or(0, |before| digits_of(runs[before]));
        let behind = runs.get(place + 1).map_or(0, |behind| digits_of(behind));
        let is_gap = kind(run[0]) == Kind::Other && run.len() <= WIDEST;
        if is_gap && matches!(before, 6 | 8) && behind == 4 {
            closed.push('-');
        } else {
            closed.extend(*run);
        }
    }
    closed
}

fn kind(sign: char) -> Kind {
    match sign {
        '0'..='9' => Kind::Digit,
        sign if sign.is_alphanumeric() => Kind::Letter,
        _ => Kind::Other,
    }
}

fn digits_of(run: &[char]) -> usize {
    if run[0].is_ascii_digit() { run.len() } else { 0 }
}

// Tries every end of a run of digits.
fn begins_with_number(signs: &[char]) -> bool {
    let mut digits = String::new();
    for (place, sign) in signs.iter().enumerate() {
        let next = signs.get(place + 1);
        if sign.is_ascii_digit() {
            digits.push(*sign);
            let is_run_over = !next.is_some_and(char::is_ascii_digit);
            if is_run_over && is_number(&digits) {
                return true;
            }
        } else if digits.is_empty() || !is_separator(*sign) || !next.is_some_and(char::is_ascii_digit) {
            return false;
        }
        if digits.len() > 12 {
            return false;
        }
    }
    false
}

const fn is_separator(sign: char) -> bool {
    matches!(sign, '-' | '+' | ' ' | '_')
}

fn is_number(digits: &str) -> bool {
    match digits.len() {
        10 => has_date(&digits[..6]) && has_serial(digits) && passes_luhn(digits),
        12 => matches!(&digits[..2], "18" | "19" | "20") && is_number(&digits[2..]),
        _ => false,
    }
}

// Nobody has the serial 000; running numbers begin with it.
fn has_serial(digits: &str) -> bool {
    &digits[6..9] != "000"
}

// The century does not matter: 29 February is taken in any year. A coordination number has 60 added to its day.
fn has_date(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits[range].parse::<i8>().unwrap_or(0);
    let day = part(4..6);
    let day = if day > 60 { day - 60 } else { day };
    Date::new(2000, part(2..4), day).is_ok()
}

fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn plain(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Of the fixture people: serials 980 to 999.
    const NUMBERS: [&str; 5] = [
        "19450312-9803",
        "19680229-9823",
        "20000101-9884",
        "19720175-9920",
        "20010288-9946",
    ];

    #[test]
    fn finds_every_spelling() {
        for number in NUMBERS {
            let bare = number.replace('-', "");
            for text in [
                number.to_owned(),
                bare.clone(),
                number[2..].to_owned(),
                bare[2..].to_owned(),
                number.replace('-', "+"),
                number.replace('-', "\u{2013}"),
                number.replace('-', " "),
                format!("AF{bare}"),
                format!("ärende {number}, mars"),
                format!("12345-{bare}x"),
            ] {
                assert!(occurs_in(&text), "{text}");
            }
        }
    }

    #[test]
    fn finds_every_spelling_of_people_who_write() {
        for number in NUMBERS {
            for between in [".", "/", " - ", "\n", ", ", "\u{a0}-\u{a0}", ":"] {
                let text = format!("Jag ({}) var där.", number[2..].replace('-', between));
                assert!(occurs_in_words(&text), "{text:?}");
                assert!(occurs_in_words(&number.replace('-', between)), "{between:?}");
            }
            assert!(occurs_in_words(number));
        }
    }

    #[test]
    fn finds_none_in_times_and_days_that_people_write() {
        for text in [
            "kl. 09.12-11.30, 13.00-15.45",
            "den 2026-10-02, 3 timmar; 2026-10-03, 4 timmar",
            "450312 eller så .... 9803",
            "450312 och 9803",
        ] {
            assert!(!occurs_in_words(text), "{text}");
        }
    }

    #[test]
    fn finds_none_in_other_numbers() {
        for text in [
            "",
            "AF-2026-000123",
            "2026-03-02",
            "202100-2114",
            "165560160680",
            "19450312-9804",
            "19451332-9803",
            "19450312-0001",
            "1194503129803",
            "194503129803 1",
        ] {
            let expected = text.ends_with(" 1");
            assert_eq!(occurs_in(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9 +-]{0,20}|.{0,40}") {
            occurs_in(&text);
        }

        #[test]
        fn one_changed_digit_is_no_number_any_more(chosen in 0_usize..5, position in 8_usize..12, by in 1_u32..10) {
            let mut digits: Vec<u32> = NUMBERS[chosen].chars().filter_map(|letter| letter.to_digit(10)).collect();
            digits[position] = (digits[position] + by) % 10;
            let text: String = digits.iter().map(u32::to_string).collect();
            prop_assert!(!occurs_in(&text));
        }
    }
}
