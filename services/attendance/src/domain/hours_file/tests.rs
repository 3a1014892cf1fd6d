//! Files as providers send them, and each thing that is refused.

use proptest::prelude::*;

use super::*;

const HEADER: &str = "case_reference;day;activity_code;minutes";

fn parse(rows: &str) -> HoursFile {
    HoursFile::parse(format!("{HEADER}\n{rows}").as_bytes()).unwrap()
}

fn file_fault(bytes: &[u8]) -> FileFault {
    HoursFile::parse(bytes).unwrap_err()
}

fn faults(rows: &str) -> Vec<(u32, Option<Column>, CellReason)> {
    let file = parse(rows);
    let told = file.rows.iter().flat_map(|row| {
        let line = row.line;
        row.faults
            .iter()
            .map(move |fault| (line, fault.column, fault.reason))
    });
    told.collect()
}

#[test]
fn reads_semicolons_and_commas_with_and_without_a_mark() {
    let expected = parse("AF-1;2026-03-02;WORKSHOP;90");
    let entry = expected.rows[0].entry().unwrap();
    assert_eq!(
        (entry.day.to_string(), entry.minutes),
        ("2026-03-02".to_owned(), 90)
    );
    for text in [
        "\u{feff}case_reference,day,activity_code,minutes\r\nAF-1,2026-03-02,WORKSHOP,90\r\n",
        "minutes , activity_code,day,case_reference\n\"90\",WORKSHOP, 2026-03-02 ,AF-1\n,,,\n",
        "case_reference;day;activity_code;hours\nAF-1;2026-03-02;WORKSHOP;1,5\n",
        "case_reference,day,activity_code,hours\nAF-1,2026-03-02,WORKSHOP,\"1,5\"\n",
    ] {
        assert_eq!(HoursFile::parse(text.as_bytes()).unwrap(), expected, "{text}");
    }
}

#[test]
fn refuses_windows_1252_with_the_line() {
    let mut bytes = format!("{HEADER}\nAF-1;2026-03-02;WORKSHOP;90\nAF-2;2026-03-02;V").into_bytes();
    bytes.extend([0xc4, b'G', b';', b'1']);
    assert_eq!(file_fault(&bytes), FileFault::Encoding { line: 3 });
}

#[test]
fn refuses_utf_16() {
    let utf_16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(file_fault(&utf_16), FileFault::Encoding { line: 1 });
    assert_eq!(
        file_fault(&[&[0xff, 0xfe], utf_16.as_slice()].concat()),
        FileFault::Encoding { line: 1 }
    );
}

#[test]
fn refuses_missing_unknown_and_repeated_columns() {
    assert_eq!(
        file_fault(b"case_reference;day\nAF-1;2026-03-02"),
        FileFault::ColumnsMissing {
            columns: vec![Column::ActivityCode, Column::Minutes]
        }
    );
    assert_eq!(
        file_fault(b"hours;day;activity_code\n1;2026-03-02;A"),
        FileFault::ColumnsMissing {
            columns: vec![Column::CaseReference]
        }
    );
    assert_eq!(
        file_fault(format!("{HEADER};name\n").as_bytes()),
        FileFault::ColumnUnknown { position: 5 }
    );
    assert_eq!(
        file_fault(format!("{HEADER};day\n").as_bytes()),
        FileFault::ColumnTwice { column: Column::Day }
    );
    assert_eq!(
        file_fault(format!("{HEADER};hours\n").as_bytes()),
        FileFault::MinutesAndHours
    );
}

#[test]
fn refuses_a_file_without_rows_or_with_too_many() {
    for text in [
        "",
        "\u{feff}",
        HEADER,
        "case_reference;day;activity_code;minutes\n;;;\n\n",
    ] {
        assert_eq!(file_fault(text.as_bytes()), FileFault::Empty, "{text}");
    }
    let two = format!("{HEADER}\na;b;c;d\na;b;c;d");
    assert_eq!(sheet::read(two.as_bytes(), 1), Err(FileFault::TooManyRows));
    assert!(sheet::read(two.as_bytes(), 2).is_ok());
}

#[test]
fn tells_each_cell_that_does_not_read() {
    use CellReason::{DayImpossible, Formula, Malformed, Required};
    let told = faults(
        "AF-1;2026-03-02;WORKSHOP;90
AF 1;;workshop;1,5
AF-1;2026-02-29;=SUM(A1);-5
@case;2026-03-02;WORKSHOP;123456",
    );
    let expected = [
        (3, Some(Column::CaseReference), Malformed),
        (3, Some(Column::Day), Required),
        (3, Some(Column::ActivityCode), Malformed),
        (3, Some(Column::Minutes), Malformed),
        (4, Some(Column::Day), DayImpossible),
        (4, Some(Column::ActivityCode), Formula),
        (4, Some(Column::Minutes), Formula),
        (5, Some(Column::CaseReference), Formula),
        (5, Some(Column::Minutes), Malformed),
    ];
    assert_eq!(told, expected);
}

#[test]
fn refuses_a_row_with_another_number_of_cells() {
    let told = faults("AF-1;2026-03-02;WORKSHOP\nAF-1;2026-03-02;WORKSHOP;90;Anna");
    assert_eq!(
        told,
        [(2, None, CellReason::CellCount), (3, None, CellReason::CellCount)]
    );
}

#[test]
fn refuses_a_personal_number_in_any_cell() {
    let number = "19850709-9854";
    for (row, column) in [
        (
            format!("{number};2026-03-02;WORKSHOP;90"),
            Some(Column::CaseReference),
        ),
        (format!("AF-1;{number};WORKSHOP;90"), Some(Column::Day)),
        (
            format!("AF-1;2026-03-02;A {number};90"),
            Some(Column::ActivityCode),
        ),
        (
            format!("AF-1;2026-03-02;WORKSHOP;{number}"),
            Some(Column::Minutes),
        ),
        (format!("AF-1;2026-03-02;WORKSHOP;90;{number}"), None),
    ] {
        let told = faults(&row);
        assert!(
            told.contains(&(2, column, CellReason::PersonalNumber)),
            "{column:?}"
        );
        assert!(parse(&row).holds_personal_number());
        assert!(!format!("{:?}", parse(&row)).contains("9854"));
    }
    assert!(!parse("AF-1;2026-03-02;WORKSHOP;90").holds_personal_number());
}

#[test]
fn refuses_the_same_case_day_and_activity_twice_whatever_the_minutes() {
    let told = faults(
        "AF-1;2026-03-02;WORKSHOP;90
AF-2;2026-03-02;WORKSHOP;90
AF-1;2026-03-02;WORKSHOP;many
AF-1;2026-03-02;VAGLEDNING;90",
    );
    let twice = (4, None, CellReason::Duplicate { of_line: 2 });
    assert_eq!(told, [(4, Some(Column::Minutes), CellReason::Malformed), twice]);
}

#[test]
fn counts_lines_with_any_line_break_and_over_empty_ones() {
    for text in [
        "A-1;2026-03-02;A;1\n\n;;;\n\"x\ny\";2026-03-02;A;1\nlast",
        "A-1;2026-03-02;A;1\r\n\r\n;;;\r\n\"x\r\ny\";2026-03-02;A;1\r\nlast",
    ] {
        let header = if text.contains('\r') {
            format!("{HEADER}\r")
        } else {
            HEADER.to_owned()
        };
        let file = HoursFile::parse(format!("{header}\n{text}").as_bytes()).unwrap();
        let lines: Vec<u32> = file.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 7]);
    }
}

#[test]
fn names_each_case_once() {
    let file = parse("AF-2;2026-03-02;WORKSHOP;90\nAF-1;2026-03-02;WORKSHOP;90\nAF-2;2026-03-03;WORKSHOP;90");
    let cases: Vec<&str> = file.cases().into_iter().map(CaseReference::as_str).collect();
    assert_eq!(cases, ["AF-1", "AF-2"]);
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = HoursFile::parse(&bytes);
        let _ = HoursFile::parse(&[HEADER.as_bytes(), b"\n", &bytes].concat());
    }

    #[test]
    fn a_row_without_faults_has_an_entry_and_a_case(rows in "(([A-Z0-9=-]{0,8};){3}[0-9]{0,3}\n){1,6}") {
        if let Ok(file) = HoursFile::parse(format!("{HEADER}\n{rows}").as_bytes()) {
            for row in file.rows {
                prop_assert_eq!(row.faults.is_empty(), row.entry().is_some());
                prop_assert!(row.entry().is_none() || row.case_reference.is_some());
            }
        }
    }
}
