//! A rejection on the wire and back: google.rpc.Status with ErrorInfo, BadRequest, LocalizedMessage in both languages,
//! RetryInfo and RequestInfo. The only place in the workspace that builds a `tonic::Status`.

use std::collections::HashMap;
use std::error::Error as _;

use proto::errors::v1::ErrorReason;
use tonic_types::{
    BadRequest, ErrorDetail, ErrorInfo, LocalizedMessage, RequestInfo, RetryInfo, StatusExt as _,
};

use super::{Code, Rejection, texts};
use crate::grpc::{FieldViolation, trace};

const DOMAIN: &str = "deltaga";
const SWEDISH: &str = "sv-SE";
const ENGLISH: &str = "en";
const OF_FIELD: char = '@';
/// Details travel in a header, whose size peers limit; who has more than this to correct gets the rest next time.
const MOST_VIOLATIONS: usize = 50;
const REASON_PREFIX: &str = "ERROR_REASON_";

impl From<Rejection> for tonic::Status {
    fn from(mut rejection: Rejection) -> Self {
        if rejection.code() == Code::Internal {
            report(&mut rejection);
        }
        let message = texts(rejection.reason()).en.clone();
        tonic::Status::with_error_details_vec(wire_code(rejection.code()), message, details(&rejection))
    }
}

impl Rejection {
    /// Reads a refusal of another service. A status that carries no reason of ours is judged by its code.
    pub fn from_status(status: &tonic::Status) -> Self {
        let code = code_of(status.code());
        let mut rejection = Rejection::new(code, default_reason(code));
        let details = status.get_error_details();
        if let Some(info) = details.error_info() {
            take_info(&mut rejection, info);
        }
        if let Some(request) = details.bad_request() {
            rejection.0.violations = request
                .field_violations
                .iter()
                .filter_map(|violation| read_violation(violation, details.error_info()))
                .collect();
        }
        rejection.0.retry_after = details.retry_info().and_then(|info| info.retry_delay);
        rejection.0.trace_id = details.request_info().map(|info| info.request_id.clone());
        rejection
    }
}

// The boundary: whoever converts has no further use for the cause, so this is where it is written down, once.
fn report(rejection: &mut Rejection) {
    if rejection.0.trace_id.is_none() {
        rejection.0.trace_id = trace::current_trace_id();
    }
    let trace_id = rejection.trace_id().unwrap_or_default();
    tracing::error!(trace_id, error = chain(rejection), "internal error");
}

/// A rejection and everything that led to it, in one line.
pub(in crate::grpc) fn chain(rejection: &Rejection) -> String {
    let mut line = rejection.to_string();
    let mut next = rejection.source();
    while let Some(cause) = next {
        line = format!("{line}: {cause}");
        next = cause.source();
    }
    line
}

fn details(rejection: &Rejection) -> Vec<ErrorDetail> {
    let texts = texts(rejection.reason());
    let violations = &rejection.violations()[..rejection.violations().len().min(MOST_VIOLATIONS)];
    let mut details = vec![
        ErrorInfo::new(
            wire_reason(rejection.reason()),
            DOMAIN,
            facts(rejection, violations),
        )
        .into(),
        LocalizedMessage::new(SWEDISH, &texts.sv).into(),
        LocalizedMessage::new(ENGLISH, &texts.en).into(),
    ];
    if !violations.is_empty() {
        details.push(BadRequest::new(violations.iter().map(violation).collect::<Vec<_>>()).into());
    }
    if let Some(delay) = rejection.retry_delay() {
        details.push(RetryInfo::new(Some(delay)).into());
    }
    if let Some(trace_id) = rejection.trace_id() {
        details.push(RequestInfo::new(trace_id, "").into());
    }
    details
}

// A violation on the wire has no place for facts of its own: they go along as `limit@display_name`.
fn facts(rejection: &Rejection, violations: &[FieldViolation]) -> HashMap<String, String> {
    let own = rejection
        .metadata()
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    let of_fields = violations.iter().flat_map(|violation| {
        let facts = violation.metadata.iter();
        facts.map(|(key, value)| (format!("{key}{OF_FIELD}{}", violation.path), value.clone()))
    });
    let trace = rejection
        .trace_id()
        .map(|trace_id| ("trace_id".to_owned(), trace_id.to_owned()));
    own.chain(of_fields).chain(trace).collect()
}

// google.rpc gives a violation one localised text and one description: Swedish goes into the first, English into the other.
fn violation(violation: &FieldViolation) -> tonic_types::FieldViolation {
    let texts = texts(violation.reason);
    let mut wire = tonic_types::FieldViolation::new(&violation.path, &texts.en);
    wire.reason = wire_reason(violation.reason);
    wire.localized_message = Some(LocalizedMessage::new(SWEDISH, &texts.sv));
    wire
}

fn take_info(rejection: &mut Rejection, info: &ErrorInfo) {
    if info.domain != DOMAIN {
        return;
    }
    if let Some(reason) = read_reason(&info.reason) {
        rejection.0.reason = reason;
    }
    let is_own = |key: &String| !key.contains(OF_FIELD);
    let own = info.metadata.iter().filter(|(key, _)| is_own(key));
    rejection.0.metadata = own.map(|(key, value)| (key.clone(), value.clone())).collect();
}

fn read_violation(wire: &tonic_types::FieldViolation, info: Option<&ErrorInfo>) -> Option<FieldViolation> {
    let facts = info
        .into_iter()
        .flat_map(|info| &info.metadata)
        .filter_map(|(key, value)| {
            let (key, path) = key.split_once(OF_FIELD)?;
            (path == wire.field).then(|| (key.to_owned(), value.clone()))
        });
    Some(FieldViolation {
        path: wire.field.clone(),
        reason: read_reason(&wire.reason)?,
        metadata: facts.collect(),
    })
}

fn wire_reason(reason: ErrorReason) -> String {
    let name = reason.as_str_name();
    name.strip_prefix(REASON_PREFIX).unwrap_or(name).to_owned()
}

fn read_reason(wire: &str) -> Option<ErrorReason> {
    ErrorReason::from_str_name(&format!("{REASON_PREFIX}{wire}"))
}

fn wire_code(code: Code) -> tonic::Code {
    match code {
        Code::Invalid => tonic::Code::InvalidArgument,
        Code::Unauthenticated => tonic::Code::Unauthenticated,
        Code::Forbidden => tonic::Code::PermissionDenied,
        Code::NotFound => tonic::Code::NotFound,
        Code::AlreadyExists => tonic::Code::AlreadyExists,
        Code::Conflict => tonic::Code::Aborted,
        Code::Precondition => tonic::Code::FailedPrecondition,
        Code::Exhausted => tonic::Code::ResourceExhausted,
        Code::Unavailable => tonic::Code::Unavailable,
        Code::Deadline => tonic::Code::DeadlineExceeded,
        Code::Internal => tonic::Code::Internal,
    }
}

fn code_of(code: tonic::Code) -> Code {
    match code {
        tonic::Code::InvalidArgument | tonic::Code::OutOfRange => Code::Invalid,
        tonic::Code::Unauthenticated => Code::Unauthenticated,
        tonic::Code::PermissionDenied | tonic::Code::Unimplemented => Code::Forbidden,
        tonic::Code::NotFound => Code::NotFound,
        tonic::Code::AlreadyExists => Code::AlreadyExists,
        tonic::Code::Aborted => Code::Conflict,
        tonic::Code::FailedPrecondition => Code::Precondition,
        tonic::Code::ResourceExhausted => Code::Exhausted,
        tonic::Code::Unavailable => Code::Unavailable,
        tonic::Code::DeadlineExceeded | tonic::Code::Cancelled => Code::Deadline,
        tonic::Code::Ok | tonic::Code::Unknown | tonic::Code::Internal | tonic::Code::DataLoss => {
            Code::Internal
        }
    }
}

fn default_reason(code: Code) -> ErrorReason {
    match code {
        Code::Invalid => ErrorReason::FieldsInvalid,
        Code::Unauthenticated => ErrorReason::Unauthenticated,
        Code::Forbidden => ErrorReason::CallerNotAllowed,
        Code::NotFound => ErrorReason::NotFound,
        Code::AlreadyExists | Code::Conflict => ErrorReason::EtagMismatch,
        Code::Exhausted => ErrorReason::RateLimited,
        Code::Unavailable => ErrorReason::Unavailable,
        Code::Deadline => ErrorReason::DeadlineExceeded,
        Code::Precondition | Code::Internal => ErrorReason::Internal,
    }
}
