//! One call of the API: path, method, media type, body, fault, answer, in that order.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::endpoint::{Action, Endpoint};
use super::error::ApiError;
use super::limits::{check_payment, check_phone, check_start};
use super::requests::OrderRequest;
use crate::bank::{Bank, StartAnswer};
use crate::fault::{Effect, Fault, When};
use crate::order::{OrderKind, OrderSpec, RelyingParty};

/// More than the largest body that can be valid.
const BODY_LIMIT: usize = 512 * 1024;

/// The connection is to be closed without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("connection dropped by a fault")]
pub struct Dropped;

type Answer = Result<Response<Body>, ApiError>;

pub async fn handle(
    bank: &Bank,
    rp: &RelyingParty,
    request: Request<Body>,
) -> Result<Response<Body>, Dropped> {
    let Some(endpoint) = Endpoint::parse(request.uri().path()) else {
        return Ok(ApiError::not_found().into_response());
    };
    let fault = bank.faults.strike(endpoint);
    if let Some(Fault {
        effect,
        when: When::Before,
        ..
    }) = &fault
        && let Some(answer) = suffer(effect).await?
    {
        return Ok(answer);
    }
    let answer = answer(bank, rp, endpoint, request)
        .await
        .unwrap_or_else(ApiError::into_response);
    tracing::info!(?endpoint, status = answer.status().as_u16(), "answered");
    if let Some(Fault {
        effect,
        when: When::After,
        ..
    }) = &fault
        && let Some(instead) = suffer(effect).await?
    {
        return Ok(instead);
    }
    Ok(answer)
}

/// The answer that a fault gives instead of the true one, if any.
async fn suffer(effect: &Effect) -> Result<Option<Response<Body>>, Dropped> {
    match effect {
        Effect::DropConnection => Err(Dropped),
        Effect::Delay { milliseconds } => {
            sleep(Duration::from_millis(*milliseconds)).await;
            Ok(None)
        }
        Effect::Garbage => Ok(Some(json_bytes(b"<html>".to_vec()))),
        Effect::Maintenance { .. }
        | Effect::TooManyRequests { .. }
        | Effect::InternalError
        | Effect::RequestTimeout
        | Effect::AlreadyInProgress
        | Effect::Unauthorized
        | Effect::Forbidden
        | Effect::Status { .. } => Ok(effect.error().map(ApiError::into_response)),
    }
}

async fn answer(bank: &Bank, rp: &RelyingParty, endpoint: Endpoint, request: Request<Body>) -> Answer {
    if request.method() != Method::POST {
        return Err(ApiError::method_not_allowed());
    }
    if !is_plain_json(request.headers()) {
        return Err(ApiError::unsupported_media_type());
    }
    let body = read_body(bank.body_timeout, request.into_body()).await?;
    match endpoint.action() {
        Action::Start(kind) => start(bank, rp, kind, &body),
        Action::Collect => Ok(json_response(
            &bank.collect(&parse::<OrderRequest>(&body)?.order_ref, rp)?,
        )),
        Action::Cancel => {
            bank.cancel(&parse::<OrderRequest>(&body)?.order_ref, rp)?;
            Ok(json_response(&json!({})))
        }
    }
}

fn start(bank: &Bank, rp: &RelyingParty, kind: OrderKind, body: &[u8]) -> Answer {
    let started = bank.start(check(kind, body)?, rp)?;
    Ok(match started {
        StartAnswer::WithTokens(answer) => json_response(&answer),
        StartAnswer::Reference(answer) => json_response(&answer),
    })
}

fn check(kind: OrderKind, body: &[u8]) -> Result<OrderSpec, ApiError> {
    match kind {
        OrderKind::Auth | OrderKind::Sign => check_start(kind, parse(body)?),
        OrderKind::PhoneAuth | OrderKind::PhoneSign => check_phone(kind, parse(body)?),
        OrderKind::Payment | OrderKind::OtherPayment => check_payment(kind, parse(body)?),
    }
}

async fn read_body(within: Duration, body: Body) -> Result<Bytes, ApiError> {
    let read = timeout(within, to_bytes(body, BODY_LIMIT)).await;
    read.map_err(|_| ApiError::request_timeout())?
        .map_err(|_| ApiError::invalid("The body is too big or cut off"))
}

fn is_plain_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    types.next().is_some_and(|value| value == "application/json") && types.next().is_none()
}

/// Names the field where the reader does, but never repeats a value.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        let text = error.to_string();
        let names_a_field = ["unknown field", "missing field", "duplicate field"];
        let is_safe = names_a_field.iter().any(|start| text.starts_with(start));
        let reason = if error.is_data() {
            "a value has the wrong type or form"
        } else {
            "the body is no JSON"
        };
        ApiError::invalid(format!(
            "Invalid parameters: {}",
            if is_safe { text.as_str() } else { reason }
        ))
    })
}

fn json_response(body: &impl Serialize) -> Response<Body> {
    json_bytes(serde_json::to_vec(body).expect("answers always serialise"))
}

fn json_bytes(body: Vec<u8>) -> Response<Body> {
    Response::builder()
        .status(StatusCode::OK)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .expect("a fixed header is valid")
}
