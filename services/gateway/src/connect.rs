//! The Connect protocol as far as browsers and suppliers need it: calls with one answer and calls with a stream of
//! answers, in JSON and in binary. Nothing is compressed: answers hold secrets beside what the caller chose.

pub mod envelope;
pub mod json;

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use prost_reflect::MessageDescriptor;

use self::json::writer::Writer;
use crate::problem::Problem;

/// Media types of requests.
pub const ACCEPTED: &str =
    "application/json, application/proto, application/connect+json, application/connect+proto";

const VERSION: &str = "connect-protocol-version";
const TIMEOUT: &str = "connect-timeout-ms";
const STREAM_ENCODING: &str = "connect-content-encoding";
const MOST_DIGITS: usize = 10;

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    Json,
    Binary,
}

/// What a request speaks, by its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protocol {
    pub codec: Codec,
    pub is_streaming: bool,
}

// === impl Protocol ===

impl Protocol {
    /// Reads the headers of a call that is answered by a stream or not.
    pub fn of(headers: &HeaderMap, is_streaming: bool) -> Result<Self, Problem> {
        let protocol = media_type(headers).filter(|protocol| protocol.is_streaming == is_streaming);
        let protocol = protocol.ok_or_else(Problem::wrong_content)?;
        let encoding = if is_streaming {
            text(headers, STREAM_ENCODING)
        } else {
            text(headers, CONTENT_ENCODING.as_str())
        };
        let is_plain = encoding.is_none_or(|encoding| encoding == "identity");
        let is_version_known = text(headers, VERSION).is_none_or(|version| version == "1");
        if is_plain && is_version_known {
            Ok(protocol)
        } else {
            Err(Problem::wrong_content())
        }
    }

    /// The media type of the answer.
    pub fn media_type(self) -> &'static str {
        match (self.codec, self.is_streaming) {
            (Codec::Json, false) => "application/json",
            (Codec::Binary, false) => "application/proto",
            (Codec::Json, true) => "application/connect+json",
            (Codec::Binary, true) => "application/connect+proto",
        }
    }
}

// === impl Codec ===

impl Codec {
    /// A message from outside as bytes for a service.
    pub fn read(self, descriptor: &MessageDescriptor, body: Bytes) -> Result<Bytes, Problem> {
        match self {
            Self::Json => json::to_binary(descriptor, &body),
            // The service decodes it, and refuses what is no message.
            Self::Binary => Ok(body),
        }
    }

    /// A message of a service for outside.
    pub fn write(self, writer: &Writer, message: Bytes) -> Result<Bytes, Problem> {
        match self {
            Self::Json => writer.write(message),
            Self::Binary => Ok(message),
        }
    }
}

/// How long the caller waits, if it says so.
pub fn timeout(headers: &HeaderMap) -> Result<Option<Duration>, Problem> {
    let Some(text) = text(headers, TIMEOUT) else {
        return Ok(None);
    };
    let is_number =
        !text.is_empty() && text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let milliseconds = text.parse().ok().filter(|_| is_number);
    milliseconds
        .map(|milliseconds| Some(Duration::from_millis(milliseconds)))
        .ok_or_else(Problem::malformed)
}

fn media_type(headers: &HeaderMap) -> Option<Protocol> {
    let mut parts = text(headers, CONTENT_TYPE.as_str())?.split(';').map(str::trim);
    let essence = parts.next()?.to_ascii_lowercase();
    let is_utf8 = parts.all(|parameter| parameter.to_ascii_lowercase().replace('"', "") == "charset=utf-8");
    let (codec, is_streaming) = match essence.as_str() {
        "application/json" => (Codec::Json, false),
        "application/proto" => (Codec::Binary, false),
        "application/connect+json" => (Codec::Json, true),
        "application/connect+proto" => (Codec::Binary, true),
        _ => return None,
    };
    is_utf8.then_some(Protocol { codec, is_streaming })
}

// A header that is not text is as good as one that says nonsense.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                name.parse::<http::HeaderName>().unwrap(),
                http::HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn the_media_type_says_codec_and_kind() {
        for (media_type, codec, is_streaming) in [
            ("application/json", Codec::Json, false),
            ("application/json; charset=UTF-8", Codec::Json, false),
            ("Application/Proto", Codec::Binary, false),
            ("application/connect+json", Codec::Json, true),
            ("application/connect+proto", Codec::Binary, true),
        ] {
            let protocol = Protocol::of(&headers(&[("content-type", media_type)]), is_streaming).unwrap();
            assert_eq!(protocol, Protocol { codec, is_streaming }, "{media_type}");
            assert!(Protocol::of(&headers(&[("content-type", media_type)]), !is_streaming).is_err());
        }
    }

    #[test]
    fn what_is_not_spoken_is_refused() {
        for pairs in [
            &[][..],
            &[("content-type", "text/plain")],
            &[("content-type", "application/json; charset=latin1")],
            &[("content-type", "application/grpc")],
            &[("content-type", "application/json"), ("content-encoding", "gzip")],
            &[
                ("content-type", "application/json"),
                ("connect-protocol-version", "2"),
            ],
        ] {
            assert!(Protocol::of(&headers(pairs), false).is_err(), "{pairs:?}");
        }
    }

    #[test]
    fn a_timeout_is_a_number_of_milliseconds() {
        let read = |text| timeout(&headers(&[("connect-timeout-ms", text)]));

        assert_eq!(timeout(&HeaderMap::new()).unwrap(), None);
        assert_eq!(read("1500").unwrap(), Some(Duration::from_millis(1500)));
        for text in ["", "-1", "1.5", "12345678901", "soon", "+5"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
