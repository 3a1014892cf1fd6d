//! The HTTP port: text messages in, what was sent out (page and JSON), and the switches.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::mailbox::{Channel, Draft, Mailbox, Sent};
use crate::page::{self, Language};
use crate::switches::{Mode, Positions, Switches};

const LONGEST_TEXT: usize = 1_600;

#[derive(Clone)]
struct Parts {
    mailbox: Mailbox,
    switches: Switches,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sms {
    to: String,
    text: String,
    #[serde(default)]
    reference: String,
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

#[derive(Deserialize)]
struct View {
    lang: Option<String>,
}

/// All routes.
pub fn router(mailbox: Mailbox, switches: Switches) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/sms", post(send_sms))
        .route("/messages", get(list).delete(clear))
        .route("/control", get(read_switches).put(set_switches))
        .route("/ready", get(|| async { StatusCode::OK }))
        .with_state(Parts { mailbox, switches })
}

async fn send_sms(State(parts): State<Parts>, body: Result<Json<Sms>, JsonRejection>) -> Response {
    let switch = parts.switches.sms();
    switch.delay().await;
    match switch.mode {
        Mode::Down => return refusal(StatusCode::SERVICE_UNAVAILABLE, "the gateway is out of order"),
        Mode::Reject => {
            return refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the recipient cannot be reached",
            );
        }
        Mode::Normal => {}
    }
    let Ok(Json(sms)) = body else {
        return refusal(StatusCode::BAD_REQUEST, "the body is no text message");
    };
    if !is_number(&sms.to) {
        return refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            "to: not a number in international form",
        );
    }
    if sms.text.is_empty() || sms.text.chars().count() > LONGEST_TEXT {
        return refusal(StatusCode::UNPROCESSABLE_ENTITY, "text: empty or too long");
    }
    let id = parts.mailbox.keep(Draft {
        channel: Channel::Sms,
        from: String::new(),
        to: sms.to,
        subject: String::new(),
        text: sms.text,
        reference: sms.reference,
    });
    (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response()
}

async fn list(State(parts): State<Parts>, Query(filter): Query<Filter>) -> Json<Vec<Sent>> {
    Json(match filter.to {
        Some(recipient) => parts.mailbox.to(&recipient),
        None => parts.mailbox.all(),
    })
}

async fn clear(State(parts): State<Parts>) -> StatusCode {
    parts.mailbox.clear();
    StatusCode::NO_CONTENT
}

async fn read_switches(State(parts): State<Parts>) -> Json<Positions> {
    Json(parts.switches.positions())
}

async fn set_switches(State(parts): State<Parts>, Json(positions): Json<Positions>) -> Json<Positions> {
    parts.switches.set(positions);
    Json(positions)
}

async fn show(State(parts): State<Parts>, Query(view): Query<View>, headers: HeaderMap) -> Html<String> {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let language = Language::choose(view.lang.as_deref(), accepted);
    Html(page::render(&parts.mailbox.all(), language))
}

fn refusal(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}

/// International form (E.164): a plus sign and seven to fifteen digits.
fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
