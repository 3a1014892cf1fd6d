//! Finds what could be somebody's personal or coordination number, anywhere in a text: a date, perhaps with its century, and
//! four digits of which the last one is right, whatever single sign stands between its parts. Attendance searches in the
//! same way; `tests/support/vectors/case_references.tsv` holds both to it.

use jiff::civil::Date;

/// Whether one stands anywhere in the text. Digits that belong to a longer run are none.
pub fn occurs_in(text: &str) -> bool {
    let signs: Vec<char> = text.chars().map(plain).collect();
    (0..signs.len())
        .filter(|start| *start == 0 || !signs[start - 1].is_ascii_digit())
        .any(|start| begins_with_number(&signs[start..]))
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

fn plain(sign: char) -> char {
    match sign {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
        other => other,
    }
}
