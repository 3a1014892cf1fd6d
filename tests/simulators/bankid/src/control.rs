//! The control port: plain HTTP on loopback. It plays the phone, scripts people and faults, and moves the clock.

pub mod phone;
pub mod requests;
pub mod script;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use crate::bank::Bank;
use crate::order::phone::PhoneError;

const PAGE: &str = include_str!("control/phone.html");
const STYLE: &str = include_str!("control/phone.css");
const SCRIPT: &str = include_str!("control/phone.js");

/// What every handler has.
#[derive(Clone)]
pub struct Control {
    pub bank: Arc<Bank>,
    pub files: Arc<crate::pki::Files>,
}

/// An error of the control port: 404 for what is not there, 409 for what cannot be done now.
#[derive(Debug)]
pub struct ControlError {
    status: StatusCode,
    message: String,
}

pub fn router(control: Control) -> Router {
    Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route(
            "/phone.css",
            get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }),
        )
        .route(
            "/phone.js",
            get(|| async { ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT) }),
        )
        .route("/sim/health", get(|| async { "ok" }))
        .route("/sim/files", get(script::files))
        .route("/sim/people", get(script::people))
        .route("/sim/people/{person}/scenario", post(script::set_scenario))
        .route(
            "/sim/faults",
            get(script::faults)
                .post(script::add_fault)
                .delete(script::clear_faults),
        )
        .route("/sim/clock", get(script::clock).post(script::set_clock))
        .route("/sim/reset", post(script::reset))
        .route("/sim/scan", post(phone::scan))
        .route("/sim/autostart", post(phone::autostart))
        .route("/sim/phone", post(phone::phone))
        .route("/sim/orders", get(phone::orders))
        .route("/sim/orders/{order_ref}", get(phone::order))
        .route("/sim/orders/{order_ref}/hint", post(phone::force_hint))
        .route("/sim/orders/{order_ref}/{action}", post(phone::act_on))
        .with_state(control)
}

impl ControlError {
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<PhoneError> for ControlError {
    fn from(error: PhoneError) -> Self {
        let status = match error {
            PhoneError::NoSuchOrder | PhoneError::NoSuchPerson => StatusCode::NOT_FOUND,
            PhoneError::NotStarted
            | PhoneError::AlreadyStarted
            | PhoneError::NotVisible
            | PhoneError::NotPending
            | PhoneError::NoPersonChosen
            | PhoneError::WrongStep
            | PhoneError::Qr(_) => StatusCode::CONFLICT,
        };
        Self {
            status,
            message: error.to_string(),
        }
    }
}

impl From<anyhow::Error> for ControlError {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<PhoneError>() {
            Ok(error) => error.into(),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "cannot sign");
                Self {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    message: "cannot sign, see the log".to_owned(),
                }
            }
        }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.status, axum::Json(json!({"error": self.message}))).into_response()
    }
}
