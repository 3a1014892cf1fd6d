//! The errors of the RP API: a status and `{errorCode, details}`.

use axum::body::Body;
use axum::http::{HeaderName, Response, StatusCode, header};
use serde::Serialize;

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    pub status: StatusCode,
    pub code: String,
    pub details: String,
    pub headers: Vec<(HeaderName, String)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    error_code: &'a str,
    details: &'a str,
}

impl ApiError {
    pub fn new(status: StatusCode, code: impl Into<String>, details: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            details: details.into(),
            headers: Vec::new(),
        }
    }

    /// The details never repeat a value that was sent.
    pub fn invalid(details: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidParameters", details)
    }

    pub fn no_such_order() -> Self {
        Self::invalid("No such order")
    }

    pub fn already_in_progress() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "alreadyInProgress",
            "Order already in progress for this user",
        )
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "No such resource")
    }

    pub fn method_not_allowed() -> Self {
        let error = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "methodNotAllowed",
            "Only POST is allowed",
        );
        error.with_header(header::ALLOW, "POST")
    }

    pub fn unsupported_media_type() -> Self {
        let details = "The content type must be application/json without parameters";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupportedMediaType",
            details,
        )
    }

    pub fn request_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "requestTimeout",
            "It took too long to receive the request",
        )
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internalError",
            "Internal technical error",
        )
    }

    pub fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn into_response(self) -> Response<Body> {
        let body = ErrorBody {
            error_code: &self.code,
            details: &self.details,
        };
        let body = serde_json::to_vec(&body).expect("two strings always serialise");
        let mut response = Response::builder()
            .status(self.status)
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response
            .body(Body::from(body))
            .expect("names and values of our own headers are valid")
    }
}
