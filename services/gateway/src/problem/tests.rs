use std::time::Duration;

use http_body_util::BodyExt as _;
use platform::grpc::FieldViolation;

use super::*;

async fn read(response: Response<Body>) -> Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

fn refused() -> Problem {
    let violation =
        FieldViolation::new("units[2].display_name", ErrorReason::FieldTooLong).with("limit", 100);
    Problem::from(Rejection::invalid().fields([violation]))
}

#[tokio::test]
async fn problem_details_name_reason_fields_and_facts_in_the_language_asked_for() {
    let swedish = read(refused().into_response(Form::Details(Language::Swedish))).await;
    let english = read(refused().into_response(Form::Details(Language::English))).await;

    assert_eq!(swedish["type"], "urn:deltaga:reason:FIELDS_INVALID");
    assert_eq!(swedish["status"], 400);
    assert_eq!(swedish["code"], "invalid_argument");
    assert_eq!(swedish["title"], "Några uppgifter behöver rättas.");
    assert_eq!(english["title"], "Some details need correcting.");
    assert_eq!(
        swedish["violations"],
        json!([{
            "field": "units[2].display_name",
            "reason": "FIELD_TOO_LONG",
            "text": "Uppgiften är för lång.",
            "metadata": { "limit": "100" },
        }])
    );
    assert_eq!(english["violations"][0]["text"], "This is too long.");
}

#[tokio::test]
async fn an_error_of_connect_keeps_every_detail() {
    let error = read(refused().into_response(Form::Connect)).await;

    assert_eq!(error["code"], "invalid_argument");
    let details = error["details"].as_array().unwrap();
    let types: Vec<&str> = details
        .iter()
        .map(|detail| detail["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "google.rpc.ErrorInfo",
            "google.rpc.LocalizedMessage",
            "google.rpc.LocalizedMessage",
            "google.rpc.BadRequest",
        ]
    );
}

#[test]
fn what_http_itself_is_about_has_its_own_status() {
    for (problem, status) in [
        (Problem::unknown_path(), 404),
        (Problem::wrong_method("POST"), 405),
        (Problem::wrong_content(), 415),
        (Problem::too_large(10), 413),
        (Problem::rate_limited(Duration::from_millis(1)), 429),
        (Problem::malformed(), 400),
    ] {
        let response = problem.into_response(Form::Connect);
        assert_eq!(response.status().as_u16(), status);
    }
}

#[test]
fn who_asks_too_often_is_told_when_to_ask_again() {
    let response = Problem::rate_limited(Duration::from_millis(1500)).into_response(Form::Connect);

    assert_eq!(response.headers()[RETRY_AFTER], "2");
}

#[tokio::test]
async fn a_status_without_details_gets_a_reason_by_its_code() {
    let bare = tonic::Status::from_error("connection reset".into());
    let problem = Problem::from(tonic::Status::from(Rejection::from_status(&bare)));

    let details = read(problem.into_response(Form::Details(Language::English))).await;

    assert_eq!(details["reason"], "INTERNAL");
    assert!(!details.to_string().contains("connection reset"));
}

#[test]
fn details_are_for_who_accepts_them() {
    let headers = |accept: &'static str| HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);

    assert_eq!(Form::asked_by(&HeaderMap::new()), Form::Connect);
    assert_eq!(Form::asked_by(&headers("*/*")), Form::Connect);
    assert_eq!(
        Form::asked_by(&headers("application/json, application/problem+json")),
        Form::Details(Language::Swedish)
    );
}
