use super::*;

const VALID_ORGANISATIONS: [&str; 7] = [
    "202100-2114",
    "202100-5224",
    "202100-0837",
    "202100-5448",
    "556016-0680",
    "212000-0142",
    "202100-5489",
];

// Numbers with a serial of 980 and up, never given to anybody.
const SOLE_TRADERS: [&str; 6] = [
    "19450312-9803",
    "19571105-9815",
    "19680229-9823",
    "19250504-9912",
    "19720175-9920",
    "20010288-9946",
];

/// The same file is read by every service that reads numbers.
const SHARED: &str = include_str!("../../../../../tests/support/vectors/person_numbers.tsv");

fn today() -> Date {
    "2026-03-02".parse().unwrap()
}

fn parse(text: &str) -> Result<RegisteredNumber, NumberFault> {
    RegisteredNumber::parse(text, today())
}

fn sole_trader(text: &str) -> String {
    match parse(text).unwrap() {
        RegisteredNumber::SoleTrader(number) => number.expose().to_owned(),
        RegisteredNumber::Organisation(number) => panic!("{number} is no sole trader"),
    }
}

#[test]
fn judges_the_shared_vectors_as_they_say() {
    let day = "2026-11-22".parse().unwrap();
    let vectors = SHARED.lines().filter(|line| !line.starts_with('#'));
    for (text, expected) in vectors.map(|line| line.split_once('\t').unwrap()) {
        let judged = PersonalNumber::parse(text, day);
        let outcome = match &judged {
            Ok(number) => number.expose(),
            Err(_) if expected == "refused" => expected,
            Err(NumberFault::Malformed) => "malformed",
            Err(NumberFault::CenturyAmbiguous) => "century",
            Err(NumberFault::DateImpossible) => "date",
            Err(NumberFault::CheckDigitWrong) => "check",
        };
        assert_eq!(outcome, expected, "{text}");
    }
}

#[test]
fn accepts_organisation_numbers_in_every_spelling() {
    for text in VALID_ORGANISATIONS {
        let bare = text.replace('-', "");
        for spelling in [
            text.to_owned(),
            bare.clone(),
            format!("16{bare}"),
            format!(" 16{text} "),
            text.replace('-', "\u{2011}"),
        ] {
            let RegisteredNumber::Organisation(number) = parse(&spelling).unwrap() else {
                panic!("{spelling}")
            };
            assert_eq!(number.to_string(), text);
        }
    }
}

#[test]
fn takes_a_personal_number_as_a_sole_traders() {
    for text in SOLE_TRADERS {
        assert_eq!(sole_trader(text), text.replace('-', ""));
        assert_eq!(sole_trader(&text.replace('-', "")), text.replace('-', ""));
    }
}

#[test]
fn finds_the_century_of_a_short_personal_number() {
    assert_eq!(sole_trader("850709-9854"), "198507099854");
    assert_eq!(sole_trader("000101-9884"), "200001019884");
    assert_eq!(sole_trader("250504+9912"), "192505049912");
}

#[test]
fn a_plus_stands_behind_a_full_year_whose_children_have_turned_a_hundred() {
    assert_eq!(sole_trader("19250504+9912"), "192505049912");
    assert_eq!(parse("19680229+9823"), Err(NumberFault::Malformed));
    let year_of_hundred = "2025-01-01".parse().unwrap();
    assert!(RegisteredNumber::parse("19250504+9912", year_of_hundred).is_ok());
    let year_before = "2024-12-31".parse().unwrap();
    assert_eq!(
        RegisteredNumber::parse("19250504+9912", year_before),
        Err(NumberFault::Malformed)
    );
}

#[test]
fn refuses_a_wrong_check_digit() {
    for text in [
        "202100-2115",
        "556016-0681",
        "16556016-0681",
        "19701003-2391",
        "19640327-3814",
        "19450312-9804",
    ] {
        assert_eq!(parse(text), Err(NumberFault::CheckDigitWrong), "{text}");
    }
}

#[test]
fn refuses_a_date_that_does_not_exist_or_lies_ahead() {
    for text in [
        "20170229-9811",
        "19901301-1111",
        "20270101-9811",
        "17990101-9811",
        "19901232-9811",
        "19900192-9811",
    ] {
        assert_eq!(parse(text), Err(NumberFault::DateImpossible), "{text}");
    }
}

#[test]
fn refuses_a_personal_number_without_century_or_hyphen() {
    assert_eq!(parse("8507099854"), Err(NumberFault::CenturyAmbiguous));
}

#[test]
fn refuses_everything_else() {
    for text in [
        "",
        "-",
        "202100",
        "2021002114x",
        "20210-02114",
        "202100+2114",
        "16101010-1010",
        "20150916-0006",
        "٢٠٢١٠٠٢١١٤",
        "1955601606800",
        "016016-0680",
        "20000101+9884",
        "202100--2114",
    ] {
        assert_eq!(parse(text), Err(NumberFault::Malformed), "{text}");
    }
}

#[test]
fn debug_shows_no_digit_of_a_personal_number() {
    let shown = format!("{:?}", parse("19450312-9803").unwrap());
    assert!(!shown.contains(|letter: char| letter.is_ascii_digit()), "{shown}");
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,16}") {
        let _ = parse(&text);
    }

    #[test]
    fn one_changed_digit_is_noticed(position in 0_usize..10, by in 1_u8..10) {
        let mut digits = b"5560160680".to_vec();
        digits[position] = b'0' + (digits[position] - b'0' + by) % 10;
        let text = String::from_utf8(digits).unwrap();
        proptest::prop_assert!(!matches!(parse(&text), Ok(RegisteredNumber::Organisation(_))));
    }
}
