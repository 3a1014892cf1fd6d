//! Faults put into the RP API through the control port: errors, delays and dropped connections.

use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderName, StatusCode};
use serde::{Deserialize, Serialize};

use crate::api::endpoint::Endpoint;
use crate::api::error::ApiError;

/// One fault, as it is sent to the control port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// Left out: every endpoint.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    pub effect: Effect,
    /// Before the call is carried out, or after it, when only the answer is lost.
    #[serde(default)]
    pub when: When,
    /// Left out: until removed.
    #[serde(default)]
    pub times: Option<u32>,
    /// Calls that pass unharmed before the first strike.
    #[serde(default)]
    pub skip: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Effect {
    /// 503, spelled with a capital letter unless `lowerCase`.
    Maintenance {
        #[serde(default)]
        lower_case: bool,
    },
    /// 429 with the RateLimit headers.
    TooManyRequests {
        #[serde(default = "default_limit")]
        limit: u32,
        #[serde(default = "default_reset")]
        reset_seconds: u32,
    },
    InternalError,
    RequestTimeout,
    AlreadyInProgress,
    Unauthorized,
    Forbidden,
    /// Any status with any code.
    Status {
        status: u16,
        error_code: String,
    },
    /// 200 with a body that is no JSON.
    Garbage,
    Delay {
        milliseconds: u64,
    },
    DropConnection,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    #[default]
    Before,
    After,
}

#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    pub fn list(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// The first fault that strikes this call. It is used up by that, when it has a number of times.
    pub fn strike(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut faults = self.lock();
        let place = faults.iter_mut().position(|fault| {
            let is_meant = fault.endpoint.is_none_or(|meant| meant == endpoint);
            let is_skipped = is_meant && fault.skip > 0;
            fault.skip -= u32::from(is_skipped);
            is_meant && !is_skipped
        })?;
        let struck = faults[place].clone();
        match &mut faults[place].times {
            Some(times) if *times <= 1 => drop(faults.remove(place)),
            Some(times) => *times -= 1,
            None => {}
        }
        Some(struck)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Effect {
    /// The error to answer; none when the fault is of another sort.
    pub fn error(&self) -> Option<ApiError> {
        let error = match self {
            Self::Maintenance { lower_case } => {
                let code = if *lower_case { "maintenance" } else { "Maintenance" };
                ApiError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    code,
                    "The service is temporarily unavailable",
                )
            }
            Self::TooManyRequests { limit, reset_seconds } => too_many(*limit, *reset_seconds),
            Self::InternalError => ApiError::internal(),
            Self::RequestTimeout => ApiError::request_timeout(),
            Self::AlreadyInProgress => ApiError::already_in_progress(),
            Self::Unauthorized => ApiError::new(
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "No access to the service",
            ),
            Self::Forbidden => {
                ApiError::new(StatusCode::FORBIDDEN, "unauthorized", "No access to the service")
            }
            Self::Status { status, error_code } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                ApiError::new(status, error_code, "Made by a fault on the control port")
            }
            Self::Garbage | Self::Delay { .. } | Self::DropConnection => return None,
        };
        Some(error)
    }
}

fn too_many(limit: u32, reset_seconds: u32) -> ApiError {
    ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "tooManyRequests",
        "Too many requests",
    )
    .with_header(HeaderName::from_static("ratelimit-limit"), limit.to_string())
    .with_header(HeaderName::from_static("ratelimit-remaining"), "0")
    .with_header(
        HeaderName::from_static("ratelimit-reset"),
        reset_seconds.to_string(),
    )
}

fn default_limit() -> u32 {
    100
}

fn default_reset() -> u32 {
    5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(endpoint: Option<Endpoint>, times: Option<u32>, skip: u32) -> Fault {
        Fault {
            endpoint,
            effect: Effect::InternalError,
            when: When::Before,
            times,
            skip,
        }
    }

    #[test]
    fn fault_strikes_its_endpoint_the_given_number_of_times() {
        let faults = Faults::default();
        faults.add(fault(Some(Endpoint::Collect), Some(2), 0));
        assert!(faults.strike(Endpoint::Auth).is_none());
        assert!(faults.strike(Endpoint::Collect).is_some());
        assert!(faults.strike(Endpoint::Collect).is_some());
        assert!(faults.strike(Endpoint::Collect).is_none());
    }

    #[test]
    fn skipped_calls_pass_before_the_fault_strikes() {
        let faults = Faults::default();
        faults.add(fault(None, Some(1), 2));
        let struck: Vec<_> = (0..4).map(|_| faults.strike(Endpoint::Auth).is_some()).collect();
        assert_eq!(struck, [false, false, true, false]);
    }

    #[test]
    fn effects_read_as_documented() {
        let text =
            r#"{"endpoint":"phoneAuth","effect":{"kind":"tooManyRequests","resetSeconds":9},"times":1}"#;
        let fault: Fault = serde_json::from_str(text).unwrap();
        assert_eq!(
            fault.effect,
            Effect::TooManyRequests {
                limit: 100,
                reset_seconds: 9
            }
        );
        let error = fault.effect.error().unwrap();
        assert_eq!((error.status.as_u16(), error.headers.len()), (429, 3));
    }
}
