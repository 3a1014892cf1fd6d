use proptest::prelude::*;
use proto::types::v1::{Day, PageRequest};

use super::*;

fn reason<T>(outcome: Result<T, FieldViolation>) -> (String, ErrorReason) {
    let violation = outcome.err().unwrap();
    (violation.path, violation.reason)
}

fn wire(year: i32, month: i32, day: i32) -> Day {
    Day { year, month, day }
}

#[test]
fn a_day_that_does_not_exist_is_refused() {
    for day_of in [
        wire(2026, 2, 29),
        wire(2026, 13, 1),
        wire(2026, 0, 1),
        wire(26, 1, 1),
        wire(2026, 1, 300),
    ] {
        assert_eq!(
            reason(day("received_on", Some(day_of))),
            ("received_on".into(), ErrorReason::DayImpossible)
        );
    }
}

#[test]
fn a_missing_day_is_required() {
    assert_eq!(reason(day("received_on", None)).1, ErrorReason::FieldRequired);
}

#[test]
fn a_validity_that_ends_before_it_begins_is_refused_at_its_end() {
    let reversed = types::Validity {
        from: Some(wire(2026, 5, 2)),
        to: Some(wire(2026, 5, 1)),
    };
    assert_eq!(
        reason(validity("validity", Some(reversed))),
        ("validity.to".into(), ErrorReason::ValidityReversed)
    );
}

#[test]
fn a_validity_of_one_day_is_accepted() {
    let single = types::Validity {
        from: Some(wire(2026, 5, 1)),
        to: Some(wire(2026, 5, 1)),
    };
    assert!(validity("validity", Some(single)).is_ok());
}

#[test]
fn the_first_wrong_id_of_a_list_is_named() {
    let texts = [
        "0199e000-0000-7000-8000-000000000001".to_owned(),
        "not an id".to_owned(),
    ];
    assert_eq!(
        reason(ids::<Uuid>("office_ids", &texts)),
        ("office_ids[1]".into(), ErrorReason::FieldMalformed)
    );
}

#[test]
fn a_request_id_has_the_usual_spelling() {
    let braced = "{0199e000-0000-7000-8000-000000000001}";
    assert_eq!(
        reason(request_id("request_id", braced)).1,
        ErrorReason::FieldMalformed
    );
}

#[test]
fn a_text_is_measured_in_characters_and_without_blanks_around_it() {
    assert_eq!(text("name", "  åäö ", 3).unwrap(), "åäö");
    let long = text("name", "åäöå", 3).unwrap_err();
    assert_eq!(
        (long.reason, long.metadata["limit"].as_str()),
        (ErrorReason::FieldTooLong, "3")
    );
}

#[test]
fn control_characters_are_refused() {
    assert_eq!(reason(text("name", "a\u{0}b", 10)).1, ErrorReason::FieldMalformed);
}

#[test]
fn an_unspecified_code_is_missing_and_a_strange_one_unknown() {
    use proto::policy::v1::Permission;
    assert_eq!(
        reason(known::<Permission>("permission", 0)).1,
        ErrorReason::FieldRequired
    );
    assert_eq!(
        reason(known::<Permission>("permission", 999)).1,
        ErrorReason::FieldUnknownValue
    );
}

#[test]
fn an_etag_of_another_revision_is_a_conflict() {
    let current = Revision { epoch: 1, n: 7 };
    assert!(check_etag("1.7", current).is_ok());
    assert!(check_etag("", current).is_ok());
    assert_eq!(
        check_etag("1.6", current).unwrap_err().reason(),
        ErrorReason::EtagMismatch
    );
}

#[test]
fn a_page_token_of_other_filters_is_refused() {
    let first: Page<u32> = page("page", None, &("accounts", "active")).unwrap();
    let mut rows: Vec<u32> = (0..51).collect();
    let token = first.close(&mut rows, |row| *row).next_token;
    let request = PageRequest { size: 0, token };
    let same: Page<u32> = page("page", Some(&request), &("accounts", "active")).unwrap();
    assert_eq!(same.after, Some(49));
    let other = page::<u32>("page", Some(&request), &("accounts", "ended"));
    assert_eq!(
        reason(other),
        ("page.token".into(), ErrorReason::PageTokenInvalid)
    );
}

#[test]
fn the_last_page_has_no_token() {
    let first: Page<u32> = page("page", None, &"accounts").unwrap();
    assert_eq!(first.close(&mut vec![1, 2, 3], |row| *row).next_token, "");
}

#[test]
fn a_page_is_never_larger_than_the_limit_nor_negative() {
    let large: Page<u32> = page(
        "page",
        Some(&PageRequest {
            size: 5000,
            token: String::new(),
        }),
        &"x",
    )
    .unwrap();
    assert_eq!(large.size, 200);
    let negative = page::<u32>(
        "page",
        Some(&PageRequest {
            size: -1,
            token: String::new(),
        }),
        &"x",
    );
    assert_eq!(
        reason(negative),
        ("page.size".into(), ErrorReason::FieldOutOfRange)
    );
}

#[test]
fn a_mask_names_fields_that_may_change_only() {
    let of = |paths: &[&str]| prost_types::FieldMask {
        paths: paths.iter().map(ToString::to_string).collect(),
    };
    let allowed = ["scope", "validity"];
    assert_eq!(
        mask("update_mask", Some(&of(&["scope"])), &allowed).unwrap(),
        ["scope"]
    );
    assert_eq!(mask("update_mask", None, &allowed).unwrap(), allowed);
    let wrong = mask("update_mask", Some(&of(&["scope", "person_id"])), &allowed);
    assert_eq!(
        reason(wrong),
        ("update_mask.paths[1]".into(), ErrorReason::FieldMaskInvalid)
    );
}

proptest! {
    #[test]
    fn days_survive_the_wire(days in 0_i32..3_000_000) {
        let date = Date::new(1000, 1, 1).unwrap().checked_add(jiff::Span::new().days(days)).unwrap();
        prop_assert_eq!(day("day", Some(to_day(date))).unwrap(), date);
    }

    #[test]
    fn instants_survive_the_wire(nanoseconds in -1_000_000_000_000_000_000_i128..4_000_000_000_000_000_000) {
        let instant = jiff::Timestamp::from_nanosecond(nanoseconds).unwrap();
        prop_assert_eq!(timestamp(Some(&to_timestamp(instant))), Some(instant));
    }

    #[test]
    fn withstands_any_page_token(token in ".{0,80}") {
        let _ = page::<u32>("page", Some(&PageRequest { size: 0, token }), &"list");
    }
}
