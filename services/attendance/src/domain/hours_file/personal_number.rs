//! Finds personal and coordination numbers in any text: a date, perhaps with its century, four digits behind it, and a check
//! digit that is right. Organisation numbers and dates alone are none.

use jiff::civil::Date;

/// Whether one stands anywhere in the text. Digits that belong to a longer run are none.
pub(super) fn occurs_in(text: &str) -> bool {
    let letters: Vec<char> = text.chars().map(plain).collect();
    (0..letters.len())
        .filter(|start| *start == 0 || !letters[start - 1].is_ascii_digit())
        .any(|start| begins_with_number(&letters[start..]))
}

fn begins_with_number(letters: &[char]) -> bool {
    let run = |letters: &[char]| {
        letters
            .iter()
            .take_while(|letter| letter.is_ascii_digit())
            .count()
    };
    let first = run(letters);
    match first {
        10 | 12 => is_number(&letters[..first]),
        6 | 8 => {
            let rest = &letters[first..];
            let is_apart = rest
                .first()
                .is_some_and(|letter| ['-', '+', ' '].contains(letter));
            let digits = || -> Vec<char> { [&letters[..first], &rest[1..5]].concat() };
            is_apart && run(&rest[1..]) == 4 && is_number(&digits())
        }
        _ => false,
    }
}

// Ten or twelve digits.
fn is_number(digits: &[char]) -> bool {
    let values: Vec<u32> = digits.iter().filter_map(|digit| digit.to_digit(10)).collect();
    let (century, ten) = values.split_at(values.len() - 10);
    let centuries = match century {
        [] => vec![1900, 2000],
        [thousands, hundreds] => vec![thousands * 1000 + hundreds * 100],
        _ => return false,
    };
    let is_dated = centuries.into_iter().any(|century| is_day(century, ten));
    is_dated && ten[6..9] != [0, 0, 0] && passes_luhn(ten)
}

// A coordination number has 60 added to its day.
fn is_day(century: u32, ten: &[u32]) -> bool {
    let pair = |index: usize| ten[index] * 10 + ten[index + 1];
    let day = if pair(4) > 60 { pair(4) - 60 } else { pair(4) };
    let parts = (
        i16::try_from(century + pair(0)),
        i8::try_from(pair(2)),
        i8::try_from(day),
    );
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return false;
    };
    (1840..2100).contains(&year) && Date::new(year, month, day).is_ok()
}

// Weights 2,1,2,1… from the left.
fn passes_luhn(ten: &[u32]) -> bool {
    let weighted = ten.iter().zip([2, 1].into_iter().cycle()).map(|(digit, weight)| {
        let product = digit * weight;
        product / 10 + product % 10
    });
    weighted.sum::<u32>().is_multiple_of(10)
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
