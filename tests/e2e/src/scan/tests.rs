use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use support::people::PEOPLE;

use super::*;

/// With letters beyond ASCII in the surname, and with a number that fits into few bytes.
const WANTED: [Person; 2] = [PEOPLE[2], PEOPLE[8]];

fn scanner() -> Scanner {
    Scanner::for_people(&WANTED).unwrap()
}

fn found(bytes: impl AsRef<[u8]>) -> Vec<Form> {
    let among = [b"\x00before ", bytes.as_ref(), b" after\xff"].concat();
    scanner()
        .scan("a place", &among)
        .into_iter()
        .map(|finding| finding.form)
        .collect()
}

#[test]
fn a_number_is_found_however_people_write_it() {
    for text in [
        "196802299823",
        "19680229-9823",
        "680229-9823",
        "6802299823",
        "680229+9823",
        "680229 9823",
        "680229%2B9823",
        "000101-9884",
    ] {
        assert_eq!(found(text), [Form::Digits], "{text}");
    }
}

#[test]
fn a_number_is_found_as_an_integer_of_either_order() {
    for number in [196_802_299_823_u64, 6_802_299_823, 1_019_884, 200_001_019_884] {
        assert_eq!(found(number.to_be_bytes()), [Form::NumberBytes], "{number}");
        assert_eq!(found(number.to_le_bytes()), [Form::NumberBytes], "{number}");
    }
}

#[test]
fn a_number_is_found_as_a_varint() {
    // 196802299823 by the rules of Protocol Buffers, written by hand.
    assert_eq!(found([0xaf, 0x8f, 0xd3, 0x92, 0xdd, 0x05]), [Form::NumberBytes]);
}

#[test]
fn a_number_is_found_as_a_double_and_as_a_numeric() {
    assert_eq!(found(196_802_299_823_f64.to_be_bytes()), [Form::NumberBytes]);
    let groups = [1968_u16, 229, 9823].map(u16::to_be_bytes).concat();
    assert_eq!(found(groups), [Form::NumberBytes]);
}

#[test]
fn a_number_is_found_in_base64_wherever_it_begins() {
    for before in ["", "a", "ab", "abc"] {
        for after in ["", "z", "zy", "zyx"] {
            for number in ["196802299823", "19680229-9823", "6802299823", "680229-9823"] {
                let text = format!("{before}{number}{after}");
                assert_eq!(found(STANDARD.encode(&text)), [Form::NumberInBase64], "{text}");
                assert_eq!(found(URL_SAFE.encode(&text)), [Form::NumberInBase64], "{text}");
            }
        }
    }
}

#[test]
fn a_number_and_a_name_are_found_in_hex() {
    assert_eq!(found(hex::encode("680229-9823")), [Form::NumberInHex]);
    assert_eq!(found(hex::encode_upper("196802299823")), [Form::NumberInHex]);
    assert_eq!(found(hex::encode("Skottina")), [Form::NameInHex]);
}

#[test]
fn a_name_is_found_in_every_case_and_escape() {
    for name in [
        "Skottina",
        "skottina",
        "SKOTTINA",
        "PÅHITTSDOTTER",
        "påhittsdotter",
    ] {
        assert_eq!(found(name), [Form::Name], "{name}");
    }
    for name in ["P\\u00e5hittsdotter", "P\\u00E5hittsdotter", "p%C3%A5hittsdotter"] {
        assert_eq!(found(name), [Form::NameEscaped], "{name}");
    }
    assert_eq!(found(b"P\xe5hittsdotter"), [Form::NameEscaped]);
}

#[test]
fn a_name_is_found_in_base64_wherever_it_begins() {
    for before in ["", "a", "ab"] {
        let text = format!("{before}Påhittsdotter, wherever");
        assert_eq!(found(STANDARD.encode(&text)), [Form::NameInBase64], "{text}");
    }
}

#[test]
fn a_finding_tells_whose_and_where() {
    let findings = scanner().scan("a log", b"signed in: 19680229-9823 at noon");
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (findings[0].sought, findings[0].place.as_str()),
        (Sought::Person(PEOPLE[2]), "a log")
    );
    assert!(findings[0].is_number() && findings[0].around.contains("at noon"));
}

#[test]
fn neither_other_people_nor_ids_are_found() {
    assert_eq!(found("19740618-9832 Modell Mönsterqvist"), []);
    assert_eq!(found("0199f3a2-6802-7298-8236-680229982000"), []);
    let noise: Vec<u8> = (0..200_000_u32)
        .flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes())
        .collect();
    assert_eq!(found(noise), []);
}

#[test]
fn a_fact_is_found_as_a_name_is() {
    let scanner = Scanner::for_people_and_facts(&WANTED, &["Frånvarokod"]).unwrap();
    for text in [
        "frånvarokod".to_owned(),
        "FR%C3%85NVAROKOD".to_owned(),
        STANDARD.encode("a Frånvarokod"),
        hex::encode("FRÅNVAROKOD"),
    ] {
        let findings = scanner.scan("a record", text.as_bytes());
        assert_eq!(findings.len(), 1, "{text}");
        assert_eq!(findings[0].sought, Sought::Fact("Frånvarokod"));
    }
}
