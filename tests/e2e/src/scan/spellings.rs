//! The forms of a number and of a name. A form is left out only where it is so short that it would be found by chance.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use support::people::Person;

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Ten or twelve digits, together or apart.
    Digits,
    /// The digits as an integer, in bytes of either order, as a varint, a double or PostgreSQL's numeric.
    NumberBytes,
    NumberInBase64,
    NumberInHex,
    Name,
    /// Escaped as in JSON or an address, or in ISO 8859-1.
    NameEscaped,
    NameInBase64,
    NameInHex,
}

/// One row of bytes to look for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spelling {
    pub form: Form,
    pub bytes: Vec<u8>,
    /// Whether ASCII letters may be of either case.
    pub ignores_case: bool,
}

/// Integers of fewer bytes occur by chance in what is as large as a database.
const TELLING_BYTES: usize = 5;

/// All forms of a person's number and names.
pub fn spellings_of(person: &Person) -> BTreeSet<Spelling> {
    let mut all = number(&person.digits());
    for name in [person.given_name, person.surname] {
        all.extend(spellings_of_word(name));
    }
    all
}

impl Form {
    pub fn is_number(self) -> bool {
        match self {
            Self::Digits | Self::NumberBytes | Self::NumberInBase64 | Self::NumberInHex => true,
            Self::Name | Self::NameEscaped | Self::NameInBase64 | Self::NameInHex => false,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "the number",
            Self::NumberBytes => "the number as an integer",
            Self::NumberInBase64 => "the number in base64",
            Self::NumberInHex => "the number in hex",
            Self::Name => "a name",
            Self::NameEscaped => "an escaped name",
            Self::NameInBase64 => "a name in base64",
            Self::NameInHex => "a name in hex",
        }
    }
}

impl Spelling {
    fn exact(form: Form, bytes: Vec<u8>) -> Self {
        Self {
            form,
            bytes,
            ignores_case: false,
        }
    }

    fn folded(form: Form, text: &str) -> Self {
        Self {
            form,
            bytes: text.as_bytes().to_vec(),
            ignores_case: true,
        }
    }
}

fn number(digits: &str) -> BTreeSet<Spelling> {
    let mut all = BTreeSet::new();
    for digits in [digits, &digits[2..]] {
        for written in written(digits) {
            all.insert(Spelling::folded(Form::Digits, &written));
            all.insert(Spelling::folded(Form::NumberInHex, &hex::encode(&written)));
            let encoded = in_base64(written.as_bytes());
            all.extend(encoded.map(|bytes| Spelling::exact(Form::NumberInBase64, bytes)));
        }
        let integers = integers(digits);
        all.extend(
            integers
                .into_iter()
                .map(|bytes| Spelling::exact(Form::NumberBytes, bytes)),
        );
    }
    all
}

/// The digits together, and apart in all the ways in which people and addresses have them.
fn written(digits: &str) -> Vec<String> {
    let (day, last) = digits.split_at(digits.len() - 4);
    let between = ["", "-", "+", " ", "%2B", "%20", "\u{2013}", "\u{2212}"];
    between
        .iter()
        .map(|between| format!("{day}{between}{last}"))
        .collect()
}

fn integers(digits: &str) -> Vec<Vec<u8>> {
    let number: u64 = digits.parse().expect("digits of a fixture");
    let mut forms = vec![numeric(number)];
    let doubled = number << 1;
    forms.extend(
        [varint(number), varint(doubled)]
            .into_iter()
            .filter(|bytes| bytes.len() >= TELLING_BYTES),
    );
    #[expect(clippy::cast_precision_loss, reason = "twelve digits fit into a double")]
    let double = number as f64;
    forms.extend([double.to_be_bytes().to_vec(), double.to_le_bytes().to_vec()]);
    let bytes = number.to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or_default();
    // Without leading zeros it is found in integers of every width.
    let from = if bytes.len() - first >= TELLING_BYTES {
        first
    } else {
        0
    };
    let big = bytes[from..].to_vec();
    let little = big.iter().rev().copied().collect();
    forms.extend([big, little]);
    forms
}

/// Seven bits a byte, the last ones first, as in Protocol Buffers.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).expect("seven bits") | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).expect("seven bits"));
    bytes
}

/// Four decimal digits in two bytes, as PostgreSQL sends and stores a numeric.
fn numeric(number: u64) -> Vec<u8> {
    let groups = [number / 100_000_000, number / 10_000 % 10_000, number % 10_000];
    let groups = groups.map(|group| u16::try_from(group).expect("four digits").to_be_bytes());
    groups.concat()
}

/// All forms of a name, or of another single word.
pub fn spellings_of_word(name: &str) -> BTreeSet<Spelling> {
    let mut all = BTreeSet::new();
    for name in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
        all.insert(Spelling::folded(Form::Name, &name));
        all.insert(Spelling::folded(Form::NameInHex, &hex::encode(&name)));
        let encoded = in_base64(name.as_bytes());
        all.extend(encoded.map(|bytes| Spelling::exact(Form::NameInBase64, bytes)));
        if !name.is_ascii() {
            let escaped = [json_escaped(&name), percent_encoded(&name)];
            all.extend(escaped.map(|text| Spelling::folded(Form::NameEscaped, &text)));
            all.insert(Spelling::exact(Form::NameEscaped, latin(&name)));
        }
    }
    all
}

fn json_escaped(text: &str) -> String {
    let escape = |letter: char| {
        if letter.is_ascii() {
            letter.to_string()
        } else {
            format!("\\u{:04x}", u32::from(letter))
        }
    };
    text.chars().map(escape).collect()
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars()
        .filter_map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect()
}

/// What is certain of the bytes' base64 wherever in a longer text they begin, in both alphabets.
fn in_base64(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let shifts = [(0, 0), (1, 2), (2, 3)];
    let shifted = shifts.map(|(before, touched)| {
        let padded = [&vec![0; before], bytes].concat();
        // The last character also holds bits of what follows, unless it ends with a byte.
        let certain = padded.len() * 8 / 6;
        [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)]
            .map(|text| text.as_bytes()[touched..certain].to_vec())
    });
    shifted.into_iter().flatten()
}
