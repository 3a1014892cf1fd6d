use std::time::Duration;

use proto::errors::v1::ErrorReason;
use tonic_types::{ErrorDetail, StatusExt as _};

use super::*;

fn sent(rejection: Rejection) -> tonic::Status {
    rejection.into()
}

fn languages(status: &tonic::Status) -> Vec<(String, String)> {
    let details = status.get_error_details_vec().into_iter();
    details
        .filter_map(|detail| {
            if let ErrorDetail::LocalizedMessage(text) = detail {
                Some((text.locale, text.message))
            } else {
                None
            }
        })
        .collect()
}

fn every_reason() -> impl Iterator<Item = ErrorReason> {
    (1..2000).filter_map(|number| ErrorReason::try_from(number).ok())
}

#[test]
fn every_reason_has_a_text_in_both_languages() {
    for reason in every_reason() {
        let texts = texts(reason);
        assert!(
            !texts.sv.is_empty() && !texts.en.is_empty(),
            "{}",
            reason.as_str_name()
        );
    }
}

#[test]
fn a_refusal_is_told_in_swedish_and_in_english() {
    let status = sent(Rejection::not_found("account"));
    let expected = texts(ErrorReason::NotFound);
    let told = [
        ("sv-SE".to_owned(), expected.sv.clone()),
        ("en".to_owned(), expected.en.clone()),
    ];
    assert_eq!(languages(&status), told);
}

#[test]
fn the_error_info_is_of_our_domain() {
    let status = sent(Rejection::forbidden(ErrorReason::PermissionMissing).with("permission", "OPERATE"));
    let info = status.get_details_error_info().unwrap();
    assert_eq!(
        (info.domain.as_str(), info.reason.as_str()),
        ("deltaga", "PERMISSION_MISSING")
    );
    assert_eq!(info.metadata["permission"], "OPERATE");
}

#[test]
fn a_refusal_survives_the_wire() {
    let rejection = Rejection::invalid()
        .field("person.number", ErrorReason::NumberCheckDigitWrong)
        .fields([FieldViolation::new(
            "units[2].office_ids[0]",
            ErrorReason::OfficeUnknown,
        )])
        .with("limit", 5)
        .retry_after(Duration::from_millis(750));
    let (code, violations) = (rejection.code(), rejection.violations().to_vec());
    let back = Rejection::from_status(&sent(rejection));
    assert_eq!((back.code(), back.reason()), (code, ErrorReason::FieldsInvalid));
    assert_eq!(back.violations(), violations);
    assert_eq!(back.metadata()["limit"], "5");
    assert_eq!(back.retry_delay(), Some(Duration::from_millis(750)));
}

#[test]
fn a_field_violation_is_told_in_both_languages() {
    let status = sent(Rejection::invalid().field("person.number", ErrorReason::NumberMalformed));
    let violation = status
        .get_details_bad_request()
        .unwrap()
        .field_violations
        .remove(0);
    let expected = texts(ErrorReason::NumberMalformed);
    assert_eq!(violation.reason, "NUMBER_MALFORMED");
    assert_eq!(violation.description, expected.en);
    assert_eq!(violation.localized_message.unwrap().message, expected.sv);
}

#[test]
fn the_limit_of_a_field_survives_the_wire() {
    let field = FieldViolation::new("display_name", ErrorReason::FieldTooLong).with("limit", 100);
    let back = Rejection::from_status(&sent(Rejection::invalid().fields([field.clone()])));
    assert_eq!(back.violations(), [field]);
}

#[test]
fn an_internal_error_is_bland() {
    let status = sent(Rejection::internal("the table persons is on fire"));
    let everything = format!("{status:?}{:?}", status.details());
    assert!(!everything.contains("on fire"), "{everything}");
    assert_eq!(status.message(), texts(ErrorReason::Internal).en);
}

#[test]
fn what_is_away_may_be_tried_again() {
    for rejection in [Rejection::unavailable(), Rejection::not_caught_up()] {
        assert!(
            sent(rejection)
                .get_details_retry_info()
                .unwrap()
                .retry_delay
                .is_some()
        );
    }
}

#[test]
fn a_status_without_a_reason_is_judged_by_its_code() {
    let codes = (0..17).map(tonic::Code::from_i32);
    for code in codes {
        let bare = tonic::Status::with_error_details_vec(code, "", Vec::<ErrorDetail>::new());
        assert_ne!(
            Rejection::from_status(&bare).reason(),
            ErrorReason::Unspecified,
            "{code:?}"
        );
    }
}

#[test]
fn a_reason_of_another_domain_is_not_taken_for_ours() {
    let foreign = tonic_types::ErrorInfo::new("NOT_FOUND", "elsewhere", std::collections::HashMap::new());
    let status = tonic::Status::with_error_details_vec(tonic::Code::Unavailable, "", [foreign.into()]);
    assert_eq!(Rejection::from_status(&status).reason(), ErrorReason::Unavailable);
}

#[test]
fn debug_output_holds_no_cause() {
    let rejection = Rejection::internal("secret");
    assert!(!format!("{rejection:?} {rejection}").contains("secret"));
}
