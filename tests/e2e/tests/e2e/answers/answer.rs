//! What came back, with every byte of it that a caller can see.

use aho_corasick::AhoCorasick;
use anyhow::{Result, bail};
use platform::grpc::Rejection;
use prost::bytes::Bytes;
use proto::errors::v1::ErrorReason;
use tonic::metadata::MetadataMap;
use tonic::{Code, Response, Status, Streaming};

pub struct Answer {
    pub messages: Vec<Bytes>,
    outcome: (Code, Option<ErrorReason>),
    seen: Vec<u8>,
}

/// Words that only the other organisation's data hold.
pub struct Markers(AhoCorasick);

impl Answer {
    pub async fn read(response: Response<Streaming<Bytes>>) -> Self {
        let mut answer = Self::empty();
        answer.see_metadata(response.metadata());
        let mut stream = response.into_inner();
        loop {
            match stream.message().await {
                Ok(Some(message)) => {
                    answer.seen.extend_from_slice(&message);
                    answer.messages.push(message);
                }
                Ok(None) => break,
                Err(status) => {
                    answer.see_status(&status);
                    return answer;
                }
            }
        }
        if let Ok(Some(trailers)) = stream.trailers().await {
            answer.see_metadata(&trailers);
        }
        answer
    }

    pub fn refused(status: &Status) -> Self {
        let mut answer = Self::empty();
        answer.see_status(status);
        answer
    }

    /// Whether it is what a word of the table says.
    pub fn is(&self, word: &str) -> Result<bool> {
        let expected = match word {
            "ok" => return Ok(self.is_admitted()),
            "admitted" => return Ok(self.is_admitted() || self.is_about_nothing()),
            "empty" => return Ok(self.outcome.0 == Code::Ok && self.messages.iter().all(Bytes::is_empty)),
            "login" => (Code::Unauthenticated, ErrorReason::Unauthenticated),
            "caller" => (Code::PermissionDenied, ErrorReason::CallerNotAllowed),
            "right" => (Code::PermissionDenied, ErrorReason::PermissionMissing),
            "account" => (Code::PermissionDenied, ErrorReason::AccountUnknown),
            "hidden" => (Code::NotFound, ErrorReason::NotFound),
            "upload" => (Code::NotFound, ErrorReason::UploadUnknown),
            "stale" => (Code::Unavailable, ErrorReason::GrantsStale),
            "fields" => (Code::InvalidArgument, ErrorReason::FieldsInvalid),
            "differs" => (Code::AlreadyExists, ErrorReason::SignatureContentDiffers),
            "reused" => (Code::InvalidArgument, ErrorReason::RequestIdReused),
            "person" => (Code::PermissionDenied, ErrorReason::WrongPerson),
            _ => bail!("the table has an unknown word: {word}"),
        };
        Ok(self.outcome == (expected.0, Some(expected.1)))
    }

    /// Code and reason, to be told.
    pub fn told(&self) -> String {
        let (code, reason) = self.outcome;
        reason.map_or_else(
            || format!("{code:?}"),
            |reason| format!("{code:?} {}", reason.as_str_name()),
        )
    }

    pub fn shows(&self, markers: &Markers) -> bool {
        markers.0.is_match(&self.seen)
    }

    // What is refused for the state of things has passed every question of who asks.
    fn is_admitted(&self) -> bool {
        matches!(
            self.outcome.0,
            Code::Ok | Code::FailedPrecondition | Code::AlreadyExists | Code::Aborted
        )
    }

    // What is asked about exists nowhere, or was never meant.
    fn is_about_nothing(&self) -> bool {
        matches!(self.outcome.0, Code::NotFound | Code::InvalidArgument)
    }

    fn empty() -> Self {
        Self {
            messages: Vec::new(),
            outcome: (Code::Ok, None),
            seen: Vec::new(),
        }
    }

    fn see_status(&mut self, status: &Status) {
        self.outcome = (status.code(), Some(Rejection::from_status(status).reason()));
        self.seen.extend_from_slice(status.message().as_bytes());
        self.seen.extend_from_slice(status.details());
        self.see_metadata(status.metadata());
    }

    fn see_metadata(&mut self, metadata: &MetadataMap) {
        for (name, value) in &metadata.clone().into_headers() {
            self.seen.extend_from_slice(name.as_str().as_bytes());
            self.seen.extend_from_slice(value.as_bytes());
        }
    }
}

impl Markers {
    pub fn new(words: &[&str]) -> Result<Self> {
        Ok(Self(
            AhoCorasick::builder().ascii_case_insensitive(true).build(words)?,
        ))
    }
}
