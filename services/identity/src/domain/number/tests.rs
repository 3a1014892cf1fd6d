use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{NumberError, NumberKind, PersonNumber};

const TODAY: Date = date(2026, 11, 22);

const PERSONAL: [&str; 12] = [
    "19450312-9803",
    "19571105-9815",
    "19680229-9823",
    "19740618-9832",
    "19790901-9841",
    "19850709-9854",
    "19901224-9869",
    "19960229-9878",
    "20000101-9884",
    "20030606-9899",
    "20071231-9904",
    "19250504-9912",
];
const COORDINATION: [&str; 3] = ["19720175-9920", "19881190-9939", "20010288-9946"];

// Published examples of number parsers; used here and nowhere else.
const EXAMPLES: [&str; 9] = [
    "19900101-0017",
    "19850709-9805",
    "20000101-0107",
    "19510818-9167",
    "19130401+2931",
    "19990807-2391",
    "19850101-2382",
    "20021124-2383",
    "19811228-9874",
];

/// The same file is read by every service that reads numbers.
const SHARED: &str = include_str!("../../../../../tests/support/vectors/person_numbers.tsv");

fn parse(text: &str) -> Result<PersonNumber, NumberError> {
    PersonNumber::parse(text, TODAY)
}

#[test]
fn the_shared_vectors_are_judged_as_they_say() {
    let vectors = SHARED.lines().filter(|line| !line.starts_with('#'));
    for (text, expected) in vectors.map(|line| line.split_once('\t').unwrap()) {
        let judged = parse(text);
        let outcome = match &judged {
            Ok(number) => number.digits(),
            Err(_) if expected == "refused" => expected,
            Err(NumberError::Malformed) => "malformed",
            Err(NumberError::CenturyAmbiguous) => "century",
            Err(NumberError::DateImpossible) => "date",
            Err(NumberError::CheckDigitWrong) => "check",
        };
        assert_eq!(outcome, expected, "{text}");
    }
}

#[test]
fn every_personal_vector_is_accepted() {
    for text in PERSONAL.into_iter().chain(EXAMPLES) {
        assert_eq!(
            parse(text).map(|number| number.kind()),
            Ok(NumberKind::Personal),
            "{text}"
        );
    }
}

#[test]
fn every_coordination_vector_is_accepted() {
    for text in COORDINATION.into_iter().chain(["19701063-2391", "19850769-9802"]) {
        assert_eq!(
            parse(text).map(|number| number.kind()),
            Ok(NumberKind::Coordination),
            "{text}"
        );
    }
}

#[test]
fn every_invalid_vector_is_refused_for_its_reason() {
    for (text, reason) in [
        ("19701003-2391", NumberError::CheckDigitWrong),
        ("19640327-3814", NumberError::CheckDigitWrong),
        ("19800161-3294", NumberError::CheckDigitWrong),
        ("20170229-9801", NumberError::DateImpossible),
        ("19901301-1111", NumberError::DateImpossible),
        ("20150916-0006", NumberError::Malformed),
    ] {
        assert_eq!(parse(text), Err(reason), "{text}");
    }
}

#[test]
fn all_spellings_give_the_same_number() {
    let expected = parse("19850709-9854").unwrap();
    for text in [
        "198507099854",
        "850709-9854",
        " 19850709-9854 ",
        "19850709\u{2212}9854",
        "850709\u{2013}9854",
    ] {
        assert_eq!(parse(text).as_ref(), Ok(&expected), "{text}");
    }
    assert_eq!(
        (expected.digits(), expected.written().as_str()),
        ("198507099854", "19850709-9854")
    );
}

#[test]
fn a_plus_means_a_hundred_years_more() {
    assert_eq!(parse("250504+9912").unwrap().digits(), "192505049912");
    assert_eq!(parse("250504-9912").unwrap().digits(), "202505049912");
    assert_eq!(parse("19850709+9854"), Err(NumberError::Malformed));
}

#[test]
fn ten_bare_digits_leave_the_century_open() {
    assert_eq!(parse("8507099854"), Err(NumberError::CenturyAmbiguous));
}

#[test]
fn the_century_is_the_latest_that_is_not_ahead() {
    let on = |day| PersonNumber::parse("071231-9904", day).map(|number| number.digits()[..4].to_owned());
    assert_eq!(on(date(2007, 12, 31)).as_deref(), Ok("2007"));
    assert_eq!(on(date(2007, 12, 30)).as_deref(), Ok("1907"));
}

#[test]
fn dates_ahead_and_long_ago_are_refused() {
    assert_eq!(
        PersonNumber::parse("20071231-9904", date(2007, 12, 30)),
        Err(NumberError::DateImpossible)
    );
    assert_eq!(parse("18391231-9900"), Err(NumberError::DateImpossible));
}

#[test]
fn other_forms_are_refused() {
    for text in [
        "",
        "-",
        "1985",
        "19850709--9854",
        "1985-0709-9854",
        "٨٥٠٧٠٩-٩٨٥٤",
        "19850709-985a",
        "åäö709-9854",
        "1985070998540",
    ] {
        assert_eq!(parse(text), Err(NumberError::Malformed), "{text}");
    }
}

#[test]
fn debug_never_shows_the_number() {
    let shown = format!("{:?}", parse("19850709-9854").unwrap());
    assert!(!shown.contains("1985") && !shown.contains("9854"), "{shown}");
}

#[test]
fn a_masked_number_is_birth_date_and_last_two_digits() {
    for (number, masked) in [
        ("19450312-9803", "19450312-**03"),
        ("19720175-9920", "19720175-**20"),
    ] {
        assert_eq!(parse(number).unwrap().masked(), masked);
    }
}

fn check_digit(nine: &str) -> u32 {
    let sum: u32 = nine
        .bytes()
        .enumerate()
        .map(|(index, digit)| {
            let product = u32::from(digit - b'0') * if index % 2 == 0 { 2 } else { 1 };
            product / 10 + product % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

proptest! {
    #[test]
    fn any_real_date_with_its_check_digit_is_a_number(year in 1900_i32..2026, month in 1_i32..=12, day in 1_i32..=28, serial in 980_u32..=999, coordination: bool) {
        let day = day + if coordination { 60 } else { 0 };
        let twelve = format!("{year:04}{month:02}{day:02}{serial:03}");
        let digits = format!("{twelve}{}", check_digit(&twelve[2..]));

        let number = parse(&digits).unwrap();

        prop_assert_eq!(number.digits(), &digits);
        prop_assert_eq!(parse(&number.written()).unwrap(), number);
    }

    #[test]
    fn any_single_wrong_digit_is_noticed(which in 0_usize..12, shift in 1_u8..10, place in 2_usize..12) {
        let mut digits = PERSONAL[which].replace('-', "").into_bytes();
        digits[place] = b'0' + (digits[place] - b'0' + shift) % 10;
        prop_assert!(parse(std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,20}") {
        let _ = parse(&text);
    }
}
