//! Every limit of the request table, at its edge and one beyond it.

use serde_json::{Value, json};

use super::*;

const NUMBER: &str = "197909019841";

/// A smallest valid start request with fields added or replaced.
fn start(kind: OrderKind, change: Value) -> Checked<OrderSpec> {
    let body = merged(kind, json!({"endUserIp": "192.0.2.1"}), change);
    check_start(
        kind,
        serde_json::from_value(body).map_err(|_| ApiError::invalid("shape"))?,
    )
}

fn phone(kind: OrderKind, change: Value) -> Checked<OrderSpec> {
    let body = merged(
        kind,
        json!({"personalNumber": NUMBER, "callInitiator": "user"}),
        change,
    );
    check_phone(
        kind,
        serde_json::from_value(body).map_err(|_| ApiError::invalid("shape"))?,
    )
}

fn merged(kind: OrderKind, mut body: Value, change: Value) -> Value {
    let fields = body.as_object_mut().unwrap();
    if kind.is_signature() {
        fields.insert("userVisibleData".to_owned(), json!("SGVq"));
    }
    let Value::Object(change) = change else {
        panic!("changes are an object")
    };
    fields.extend(change);
    body
}

fn base64_of_length(length: usize) -> String {
    assert_eq!(length % 4, 0);
    "QUFB".repeat(length / 4)
}

#[test]
fn smallest_requests_are_accepted() {
    for kind in [OrderKind::Auth, OrderKind::Sign] {
        start(kind, json!({})).unwrap();
    }
    for kind in [OrderKind::PhoneAuth, OrderKind::PhoneSign] {
        phone(kind, json!({})).unwrap();
    }
}

#[test]
fn end_user_ip_is_an_address_of_either_family() {
    start(OrderKind::Auth, json!({"endUserIp": "2001:db8::1"})).unwrap();
    for bad in [
        json!(null),
        json!(""),
        json!("localhost"),
        json!("192.0.2.256"),
        json!("192.0.2.1:80"),
    ] {
        start(OrderKind::Auth, json!({"endUserIp": bad})).unwrap_err();
    }
}

#[test]
fn visible_text_is_limited_per_kind_in_base64_characters() {
    for (kind, limit) in [(OrderKind::Auth, 1_500), (OrderKind::Sign, 40_000)] {
        start(kind, json!({"userVisibleData": base64_of_length(limit)})).unwrap();
        start(kind, json!({"userVisibleData": base64_of_length(limit + 4)})).unwrap_err();
    }
    for (kind, limit) in [(OrderKind::PhoneAuth, 1_500), (OrderKind::PhoneSign, 40_000)] {
        phone(kind, json!({"userVisibleData": base64_of_length(limit)})).unwrap();
        phone(kind, json!({"userVisibleData": base64_of_length(limit + 4)})).unwrap_err();
    }
}

#[test]
fn hidden_data_is_limited_per_kind() {
    for (kind, limit) in [(OrderKind::Auth, 1_500), (OrderKind::Sign, 200_000)] {
        start(kind, json!({"userNonVisibleData": base64_of_length(limit)})).unwrap();
        start(kind, json!({"userNonVisibleData": base64_of_length(limit + 4)})).unwrap_err();
    }
}

#[test]
fn signing_needs_a_visible_text() {
    for text in [json!(null), json!("")] {
        start(OrderKind::Sign, json!({"userVisibleData": text})).unwrap_err();
        phone(OrderKind::PhoneSign, json!({"userVisibleData": text})).unwrap_err();
    }
}

#[test]
fn texts_are_base64_and_the_visible_one_utf8() {
    let not_utf8 = "//79";
    start(OrderKind::Sign, json!({"userVisibleData": "not base64!"})).unwrap_err();
    start(OrderKind::Sign, json!({"userVisibleData": not_utf8})).unwrap_err();
    start(OrderKind::Sign, json!({"userNonVisibleData": not_utf8})).unwrap();
    start(OrderKind::Sign, json!({"userNonVisibleData": "a"})).unwrap_err();
}

#[test]
fn formats_are_the_two_known_ones() {
    for format in ["plaintext", "simpleMarkdownV1"] {
        start(OrderKind::Sign, json!({"userVisibleDataFormat": format})).unwrap();
    }
    start(OrderKind::Sign, json!({"userVisibleDataFormat": "html"})).unwrap_err();
}

#[test]
fn return_url_and_user_agent_are_limited() {
    start(OrderKind::Auth, json!({"returnUrl": "u".repeat(512)})).unwrap();
    start(OrderKind::Auth, json!({"returnUrl": "u".repeat(513)})).unwrap_err();
    start(OrderKind::Auth, json!({"web": {"userAgent": "u".repeat(256)}})).unwrap();
    start(OrderKind::Auth, json!({"web": {"userAgent": "u".repeat(257)}})).unwrap_err();
}

#[test]
fn only_one_of_web_and_app_is_sent() {
    start(OrderKind::Auth, json!({"app": {"deviceOS": "Android 15"}})).unwrap();
    start(OrderKind::Auth, json!({"app": {}, "web": {}})).unwrap_err();
}

#[test]
fn unknown_fields_are_refused_at_every_level() {
    start(OrderKind::Auth, json!({"personalNumber": NUMBER})).unwrap_err();
    start(OrderKind::Auth, json!({"web": {"color": "blue"}})).unwrap_err();
    start(
        OrderKind::Auth,
        json!({"requirement": {"tokenStartRequired": true}}),
    )
    .unwrap_err();
    phone(OrderKind::PhoneAuth, json!({"endUserIp": "192.0.2.1"})).unwrap_err();
    phone(OrderKind::PhoneAuth, json!({"returnRisk": true})).unwrap_err();
    phone(OrderKind::PhoneAuth, json!({"requirement": {"risk": "low"}})).unwrap_err();
}

#[test]
fn phone_orders_name_the_person_and_the_caller() {
    for number in ["7909019841", "19790901984", "1979090198411", "19790901-841", ""] {
        phone(OrderKind::PhoneAuth, json!({"personalNumber": number})).unwrap_err();
    }
    phone(OrderKind::PhoneAuth, json!({"callInitiator": "RP"})).unwrap();
    for caller in [json!("rp"), json!(null)] {
        phone(OrderKind::PhoneAuth, json!({"callInitiator": caller})).unwrap_err();
    }
}

#[test]
fn requirement_values_are_checked() {
    let refused = [
        json!({"personalNumber": "7909019841"}),
        json!({"risk": "high"}),
        json!({"cardReader": "class3"}),
        json!({"pinCode": "yes"}),
        json!({"certificatePolicies": "1.2.3.4.5"}),
    ];
    for requirement in refused {
        start(OrderKind::Auth, json!({"requirement": requirement})).unwrap_err();
    }
    let accepted = json!({
        "personalNumber": NUMBER, "risk": "moderate", "cardReader": "class2", "pinCode": true, "mrtd": false,
        "certificatePolicies": ["1.2.752.78.*", "1.2.3.4.25"],
    });
    start(OrderKind::Auth, json!({"requirement": accepted})).unwrap();
}

#[test]
fn wildcard_in_a_policy_stands_last_and_from_the_fifth_place() {
    for policy in ["1.2.752.78.*", "1.2.752.78.1.*", "1.2.3.4.25"] {
        assert!(is_policy(policy), "{policy}");
    }
    for policy in [
        "*",
        "1.2.752.*",
        "1.2.*.78.1",
        "1.2.752.78.**",
        "1..2.3.4",
        "a.b.c.d.e",
        "",
        "1",
    ] {
        assert!(!is_policy(policy), "{policy}");
    }
}

#[test]
fn details_never_repeat_what_was_sent() {
    let error = start(
        OrderKind::Auth,
        json!({"requirement": {"personalNumber": "123456"}}),
    )
    .unwrap_err();
    assert!(!error.details.contains("123456"));
}
