//! Every field of a part, wrong once.

use super::*;

const PART: &str = "0190a1b2-0000-7000-8000-00000000000a";
const EXPECTED: Expected<'static> = Expected {
    recipient: Recipient::Esf,
    part_id: PART,
    attempt: 1,
};
const ROW: &str = "{\"kind\":\"row\",\"report_id\":\"0190a1b2-0000-7000-8000-000000000001\",\"revision\":1,\
\"personal_number\":\"194503129803\",\"placement_start\":\"2026-09-01\",\"placement_end\":\"2027-02-26\",\
\"month\":\"2026-10\",\"ka_number\":\"KA10001\",\"hours\":42}";

fn header(rows: usize) -> String {
    format!(
        "{{\"kind\":\"header\",\"format\":\"deltaga.part\",\"version\":1,\"run_id\":\
\"0190a1b2-0000-7000-8000-00000000000b\",\"part_id\":\"{PART}\",\"attempt\":1,\"recipient\":\"ESF\",\
\"month\":\"2026-10\",\"rows\":{rows}}}"
    )
}

fn content(header: &str, rows: &[String]) -> String {
    let mut body = format!("{header}\n");
    for row in rows {
        body.push_str(row);
        body.push('\n');
    }
    let sum = hex::encode(digest(&SHA256, body.as_bytes()));
    let count = rows.len();
    format!("{body}{{\"kind\":\"trailer\",\"rows\":{count},\"sha256\":\"{sum}\"}}\n")
}

fn with_row(row: &str) -> Result<Part, PartError> {
    check(content(&header(1), &[row.to_owned()]).as_bytes(), EXPECTED)
}

#[test]
fn a_right_part_is_opened() {
    let part = with_row(ROW).unwrap();
    assert_eq!(part.rows[0].hours.as_u64(), Some(42));
}

#[test]
fn a_zero_month_is_a_row() {
    assert!(with_row(&ROW.replace(":42", ":0")).is_ok());
}

#[test]
fn every_wrong_field_of_a_row_is_refused() {
    let changes = [
        ("\"revision\":1", "\"revision\":0"),
        ("194503129803", "194503129804"),
        ("194503129803", "19450312-9803"),
        (
            "\"placement_start\":\"2026-09-01\"",
            "\"placement_start\":\"2026-09-31\"",
        ),
        (
            "\"placement_start\":\"2026-09-01\"",
            "\"placement_start\":\"2026-11-01\"",
        ),
        (
            "\"placement_end\":\"2027-02-26\"",
            "\"placement_end\":\"2026-09-30\"",
        ),
        ("\"month\":\"2026-10\"", "\"month\":\"2026-11\""),
        ("KA10001", "KA 1"),
        (":42", ":-1"),
        (":42", ":1.125"),
        (":42", ":745"),
        ("\"hours\":42", "\"hours\":\"42\""),
        ("\"hours\":42", "\"hours\":42,\"name\":\"x\""),
        (",\"hours\":42", ""),
        ("{\"kind\"", "{ \"kind\""),
        ("000000000001", "00000000000G"),
    ];
    for (from, to) in changes {
        assert!(ROW.contains(from), "{from}");
        assert_eq!(with_row(&ROW.replace(from, to)), Err(PartError::Row), "{to}");
    }
}

#[test]
fn every_wrong_field_of_the_header_is_refused() {
    let changes = [
        ("\"version\":1", "\"version\":2"),
        ("deltaga.part", "deltaga.whole"),
        ("\"attempt\":1", "\"attempt\":2"),
        ("ESF", "SCB"),
        ("2026-10", "2026-13"),
        ("00000000000a", "00000000000c"),
        ("\"rows\":1", "\"rows\":2"),
    ];
    for (from, to) in changes {
        let wrong = content(&header(1).replace(from, to), &[ROW.to_owned()]);
        assert_eq!(check(wrong.as_bytes(), EXPECTED), Err(PartError::Header), "{to}");
    }
}

#[test]
fn a_report_stands_once_and_rows_rise() {
    let other = ROW.replace("000000000001", "000000000002");
    let twice = content(&header(2), &[ROW.to_owned(), ROW.to_owned()]);
    let falling = content(&header(2), &[other, ROW.to_owned()]);
    for wrong in [twice, falling] {
        assert_eq!(check(wrong.as_bytes(), EXPECTED), Err(PartError::Row));
    }
}

#[test]
fn a_cut_or_changed_part_is_not_whole() {
    let whole = content(&header(1), &[ROW.to_owned()]);
    let without_trailer = whole.rsplit_once("{\"kind\":\"trailer\"").unwrap().0;
    for wrong in [
        whole.trim_end(),
        without_trailer,
        &whole.replace(":42", ":43"),
        "",
    ] {
        assert_eq!(
            check(wrong.as_bytes(), EXPECTED),
            Err(PartError::Trailer),
            "{wrong}"
        );
    }
}

#[test]
fn only_the_right_key_opens_and_a_second_recipient_is_refused() {
    let (own, other) = (
        age::x25519::Identity::generate(),
        age::x25519::Identity::generate(),
    );
    let whole = content(&header(1), &[ROW.to_owned()]);
    let sealed = age::encrypt(&own.to_public(), whole.as_bytes()).unwrap();
    assert!(open(&sealed, &own, EXPECTED).is_ok());
    assert_eq!(open(&sealed, &other, EXPECTED), Err(PartError::Seal));

    let (to_own, to_other) = (own.to_public(), other.to_public());
    let both: [&dyn age::Recipient; 2] = [&to_own, &to_other];
    let mut sealed = Vec::new();
    let encryptor = age::Encryptor::with_recipients(both.into_iter()).unwrap();
    let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
    std::io::Write::write_all(&mut writer, whole.as_bytes()).unwrap();
    writer.finish().unwrap();
    assert_eq!(open(&sealed, &own, EXPECTED), Err(PartError::Seal));
}

#[test]
fn what_a_cut_file_discloses_is_told() {
    let key = age::x25519::Identity::generate();
    let rows: Vec<String> = (1..=900)
        .map(|number| ROW.replace("000000000001", &format!("{number:012}")))
        .collect();
    let sealed = age::encrypt(&key.to_public(), content(&header(900), &rows).as_bytes()).unwrap();
    let cut = &sealed[..sealed.len() - 10];
    let readable = readable(cut, &key);
    assert!(!readable.is_empty() && readable.len() < 900, "{}", readable.len());
    assert_eq!(seal::open(cut, &key), None);
}
