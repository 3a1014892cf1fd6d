//! What a caller from outside is told when a call does not succeed: the one place that turns a refusal into HTTP. For
//! clients of the Connect protocol it is their error with all details; for plain HTTP it is RFC 9457 problem details.

mod details;
mod language;

use std::time::Duration;

use axum::body::Body;
use http::header::{ACCEPT, ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use platform::grpc::rejection::Code;
use platform::grpc::{Rejection, trace};
use proto::errors::v1::ErrorReason;
use serde_json::{Value, json};

use crate::session::cookies::Cookie;

use self::details::Details;
pub use self::language::Language;

const PROBLEM: &str = "application/problem+json";
const SESSION_ENDED: &str = "SESSION_ENDED";
const REASONS: &str = "urn:deltaga:reason:";

/// A call that did not succeed.
#[derive(Debug)]
pub struct Problem {
    status: tonic::Status,
    http: StatusCode,
    code: &'static str,
    retry_after: Option<Duration>,
    allow: Option<&'static str>,
    ends_session: bool,
}

/// How the caller wants to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The error of the Connect protocol.
    Connect,
    /// Problem details.
    Details(Language),
}

// === impl Problem ===

impl Problem {
    /// There is no such method behind this door.
    pub fn unknown_path() -> Self {
        Self {
            code: "unimplemented",
            ..Self::from(Rejection::not_found("method"))
        }
    }

    /// The path is right, the HTTP method is not.
    pub fn wrong_method(allowed: &'static str) -> Self {
        Self {
            http: StatusCode::METHOD_NOT_ALLOWED,
            code: "unimplemented",
            allow: Some(allowed),
            ..Self::from(Rejection::new(Code::Invalid, ErrorReason::HttpMethodNotAllowed))
        }
    }

    /// The body is of a type, an encoding or a version that is not spoken here.
    pub fn wrong_content() -> Self {
        Self {
            http: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..Self::from(Rejection::new(Code::Invalid, ErrorReason::ContentTypeUnsupported))
        }
    }

    /// The body is larger than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        let rejection = Rejection::exhausted(ErrorReason::MessageTooLarge).with("limit", limit);
        Self {
            http: StatusCode::PAYLOAD_TOO_LARGE,
            ..Self::from(rejection)
        }
    }

    /// Too many; the same again makes sense after `wait`.
    pub fn rate_limited(wait: Duration) -> Self {
        let whole_seconds = Duration::from_secs(wait.as_secs() + 1);
        Self::from(Rejection::exhausted(ErrorReason::RateLimited).retry_after(whole_seconds))
    }

    /// The body cannot be read at all.
    pub fn malformed() -> Self {
        Self::from(Rejection::new(Code::Invalid, ErrorReason::BodyMalformed))
    }

    /// Why a session cannot be used. If identity says that it has ended, the browser shall forget it too; a refusal of
    /// another kind says nothing about the session.
    #[must_use]
    pub fn of_session(self) -> Self {
        Self {
            ends_session: self.is_session_ended(),
            ..self
        }
    }

    /// The header that takes the session's cookie away, if it is of no more use.
    pub fn ended_session(&self) -> Option<HeaderValue> {
        self.ends_session.then(|| Cookie::Session.clear())
    }

    /// The name of the code in the Connect protocol.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Whether the session is no more.
    pub fn is_session_ended(&self) -> bool {
        self.is_unauthenticated() && Details::of(&self.status).reason() == SESSION_ENDED
    }

    /// Whether nobody was recognised.
    pub fn is_unauthenticated(&self) -> bool {
        self.http == StatusCode::UNAUTHORIZED
    }

    /// The error object of the Connect protocol.
    pub fn connect_error(&self) -> Value {
        Details::of(&self.status).connect_error(self.code, self.status.message())
    }

    /// The whole answer.
    pub fn into_response(self, form: Form) -> Response<Body> {
        let (media_type, body) = match form {
            Form::Connect => ("application/json", self.connect_error()),
            Form::Details(language) => (PROBLEM, self.problem_details(language)),
        };
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.http;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if self.http == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            headers.insert("accept-post", HeaderValue::from_static(crate::connect::ACCEPTED));
        }
        if self.is_unauthenticated() {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }

    fn problem_details(&self, language: Language) -> Value {
        let details = Details::of(&self.status);
        let reason = details.reason();
        let mut problem = json!({
            "type": format!("{REASONS}{reason}"),
            "title": details.text(language),
            "status": self.http.as_u16(),
            "code": self.code,
            "reason": reason,
        });
        if let Some(trace_id) = details.trace_id().or_else(trace::current_trace_id) {
            problem["traceId"] = trace_id.into();
        }
        let metadata = details.metadata();
        if !metadata.is_empty() {
            problem["metadata"] = metadata.into();
        }
        let violations = details.violations(language);
        if !violations.is_empty() {
            problem["violations"] = violations.into();
        }
        problem
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        Self::from(tonic::Status::from(rejection))
    }
}

impl From<tonic::Status> for Problem {
    fn from(status: tonic::Status) -> Self {
        // The transport and what is not ours say so in words only; then the code is what there is.
        let status = if status.details().is_empty() {
            Rejection::from_status(&status).into()
        } else {
            status
        };
        let (code, http) = mapped(status.code());
        Self {
            http,
            code,
            retry_after: Details::of(&status).retry_after(),
            allow: None,
            ends_session: false,
            status,
        }
    }
}

// === impl Form ===

impl Form {
    /// The form that a request asks for.
    pub fn asked_by(headers: &HeaderMap) -> Self {
        let accepts = headers.get_all(ACCEPT).iter();
        let wants_details = accepts
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.contains(PROBLEM));
        if wants_details {
            Self::Details(Language::asked_by(headers))
        } else {
            Self::Connect
        }
    }
}

fn mapped(code: tonic::Code) -> (&'static str, StatusCode) {
    match code {
        tonic::Code::Cancelled => (
            "canceled",
            StatusCode::from_u16(499).expect("499 is a status code"),
        ),
        tonic::Code::InvalidArgument => ("invalid_argument", StatusCode::BAD_REQUEST),
        tonic::Code::DeadlineExceeded => ("deadline_exceeded", StatusCode::GATEWAY_TIMEOUT),
        tonic::Code::NotFound => ("not_found", StatusCode::NOT_FOUND),
        tonic::Code::AlreadyExists => ("already_exists", StatusCode::CONFLICT),
        tonic::Code::PermissionDenied => ("permission_denied", StatusCode::FORBIDDEN),
        tonic::Code::ResourceExhausted => ("resource_exhausted", StatusCode::TOO_MANY_REQUESTS),
        tonic::Code::FailedPrecondition => ("failed_precondition", StatusCode::BAD_REQUEST),
        tonic::Code::Aborted => ("aborted", StatusCode::CONFLICT),
        tonic::Code::OutOfRange => ("out_of_range", StatusCode::BAD_REQUEST),
        tonic::Code::Unimplemented => ("unimplemented", StatusCode::NOT_IMPLEMENTED),
        tonic::Code::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        tonic::Code::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED),
        tonic::Code::DataLoss => ("data_loss", StatusCode::INTERNAL_SERVER_ERROR),
        tonic::Code::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
        tonic::Code::Ok | tonic::Code::Unknown => ("unknown", StatusCode::INTERNAL_SERVER_ERROR),
    }
}

#[cfg(test)]
mod tests;
