use jiff::civil::date;
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;

use super::{invite, new_client, numbers, signature, start_sign_in, start_signing};
use crate::commands::start_flow::EndUser;

const ID: &str = "0193571d-2a80-7000-8000-000000000001";
const PAGES: &str = "https://deltaga.example/";

fn violations<T>(result: Result<T, Rejection>) -> Vec<(String, ErrorReason)> {
    let refused = result.err().expect("the request was taken");
    refused
        .violations()
        .iter()
        .map(|violation| (violation.path.clone(), violation.reason))
        .collect()
}

fn named(expected: &[(&str, ErrorReason)]) -> Vec<(String, ErrorReason)> {
    expected
        .iter()
        .map(|(path, reason)| ((*path).to_owned(), *reason))
        .collect()
}

fn end_user() -> EndUser {
    EndUser {
        address: "192.0.2.1".parse().unwrap(),
        user_agent: None,
    }
}

#[test]
fn every_wrong_number_of_a_batch_is_named() {
    let texts = [
        "19850709-9854",
        "19701003-2391",
        "20170229-9801",
        "8507099854",
        "x",
    ]
    .map(str::to_owned);
    assert_eq!(
        violations(numbers(&texts, date(2026, 11, 22))),
        named(&[
            ("numbers[1]", ErrorReason::NumberCheckDigitWrong),
            ("numbers[2]", ErrorReason::NumberDateImpossible),
            ("numbers[3]", ErrorReason::NumberCenturyAmbiguous),
            ("numbers[4]", ErrorReason::NumberMalformed),
        ])
    );
}

#[test]
fn a_batch_has_one_to_five_hundred_numbers() {
    let today = date(2026, 11, 22);
    assert_eq!(
        violations(numbers(&[], today)),
        named(&[("numbers", ErrorReason::FieldRequired)])
    );
    let many = vec!["19850709-9854".to_owned(); 501];
    assert_eq!(
        violations(numbers(&many, today)),
        named(&[("numbers", ErrorReason::FieldTooLong)])
    );
    assert_eq!(numbers(&many[..500], today).unwrap().len(), 500);
}

#[test]
fn every_wrong_field_of_a_sign_in_is_named() {
    let request = pb::StartSignInRequest {
        portal: 0,
        device: 9,
        language: 7,
        return_url: "http://a.example/".into(),
    };
    assert_eq!(
        violations(start_sign_in(&request, end_user(), PAGES)),
        named(&[
            ("portal", ErrorReason::FieldRequired),
            ("device", ErrorReason::FieldUnknownValue),
            ("language", ErrorReason::FieldUnknownValue),
            ("return_url", ErrorReason::FieldMalformed),
        ])
    );
}

#[test]
fn a_return_address_has_at_most_512_characters() {
    let url = format!("https://deltaga.example/{}", "a".repeat(500));
    let request = pb::StartSignInRequest {
        portal: 1,
        device: 2,
        language: 0,
        return_url: url,
    };
    assert_eq!(
        violations(start_sign_in(&request, end_user(), PAGES)),
        named(&[("return_url", ErrorReason::FieldTooLong)])
    );
}

#[test]
fn the_app_returns_to_our_own_host_alone() {
    let back = |url: &str| {
        let request = pb::StartSignInRequest {
            portal: 1,
            device: 2,
            language: 0,
            return_url: url.to_owned(),
        };
        start_sign_in(&request, end_user(), PAGES)
    };
    for own in [
        "",
        "https://deltaga.example/back#nonce=1",
        "https://DELTAGA.example:7401/",
    ] {
        assert!(back(own).is_ok(), "{own}");
    }
    for other in [
        "https://a.example/",
        "https://deltaga.example.a.example/",
        "https://deltaga.example@a.example/",
        "https://sub.deltaga.example/",
    ] {
        assert_eq!(
            violations(back(other)),
            named(&[("return_url", ErrorReason::FieldMalformed)]),
            "{other}"
        );
    }
}

#[test]
fn the_same_document_twice_is_named() {
    let signature_ids = vec![ID.to_owned(), ID.to_owned()];
    let request = pb::StartSigningRequest {
        signature_ids,
        device: 1,
        language: 1,
        return_url: String::new(),
    };
    let refused = violations(start_signing(&request, end_user(), PAGES));
    assert_eq!(
        refused,
        named(&[("signature_ids[1]", ErrorReason::FieldMalformed)])
    );
}

#[test]
fn every_wrong_field_of_a_signature_is_named() {
    let request = pb::PrepareSignatureRequest {
        signature_id: "1".into(),
        kind: "Åtta".into(),
        document_id: String::new(),
        document_hash: vec![1; 31].into(),
        visible_text: "a\u{0}".into(),
        person_id: "x".into(),
        context: "consent".into(),
    };
    assert_eq!(
        violations(signature(request, "attendance")),
        named(&[
            ("signature_id", ErrorReason::FieldMalformed),
            ("kind", ErrorReason::FieldMalformed),
            ("document_id", ErrorReason::FieldRequired),
            ("document_hash", ErrorReason::FieldMalformed),
            ("visible_text", ErrorReason::FieldMalformed),
            ("person_id", ErrorReason::FieldMalformed),
            ("context", ErrorReason::FieldUnknownValue),
        ])
    );
}

#[test]
fn every_wrong_field_of_a_client_is_named() {
    let request = pb::RegisterClientRequest {
        request_id: ID.into(),
        display_name: " ".into(),
        kind: 0,
        organisation_id: "x".into(),
        certificate_pem: "-----BEGIN CERTIFICATE-----".into(),
    };
    assert_eq!(
        violations(new_client(&request)),
        named(&[
            ("display_name", ErrorReason::FieldRequired),
            ("kind", ErrorReason::FieldRequired),
            ("organisation_id", ErrorReason::FieldMalformed),
            ("certificate_pem", ErrorReason::FieldMalformed),
        ])
    );
}

#[test]
fn every_wrong_field_of_an_invitation_is_named() {
    let now = "2026-03-02T08:00:00Z".parse().unwrap();
    let request = pb::InviteRequest {
        invitation_id: ID.into(),
        kind: 1,
        subject_id: ID.into(),
        email: "inte en adress".into(),
        mobile: String::new(),
        language: 1,
        expires_at: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
    };
    assert_eq!(
        violations(invite(&request, now)),
        named(&[
            ("email", ErrorReason::ContactPointMalformed),
            ("expires_at", ErrorReason::FieldOutOfRange)
        ])
    );
}
