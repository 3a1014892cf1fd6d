//! Messages in proto3 JSON, by descriptor. A field that the contract does not have is refused by its path, so that a
//! misspelt name is not taken for a missing value; the path has the contract's names, and never holds a value.

mod shape;
pub mod writer;

use std::fmt::Write as _;

use bytes::Bytes;
use platform::grpc::Rejection;
use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor, SerializeOptions};
use proto::errors::v1::ErrorReason;
use serde_path_to_error::{Path, Segment, Track};

use crate::problem::Problem;

const UNKNOWN_FIELD: &str = "unrecognized field name '";
const UNKNOWN_VALUE: &str = "unrecognized enum value '";
const LONGEST_NAME: usize = 64;

/// JSON as the bytes of a message.
pub fn to_binary(descriptor: &MessageDescriptor, json: &[u8]) -> Result<Bytes, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let mut track = Track::new();
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let read = DynamicMessage::deserialize_with_options(
        descriptor.clone(),
        serde_path_to_error::Deserializer::new(&mut deserializer, &mut track),
        &options,
    );
    let message = read.map_err(|error| refusal(descriptor, &track.path(), &error))?;
    deserializer.end().map_err(|_| Problem::malformed())?;
    Ok(message.encode_to_vec().into())
}

/// The bytes of a message as JSON, whatever the message; [`writer::Writer`] is the fast way.
fn from_binary(descriptor: &MessageDescriptor, message: Bytes) -> Result<Bytes, Problem> {
    let message = DynamicMessage::decode(descriptor.clone(), message).map_err(internal)?;
    let mut json = Vec::with_capacity(512);
    let mut serializer = serde_json::Serializer::new(&mut json);
    message
        .serialize_with_options(&mut serializer, &SerializeOptions::new())
        .map_err(internal)?;
    Ok(json.into())
}

fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Problem {
    Rejection::internal(error).into()
}

fn refusal(descriptor: &MessageDescriptor, path: &Path, error: &serde_json::Error) -> Problem {
    let mut names = spelled(descriptor, path);
    if error.is_syntax() || error.is_eof() || error.is_io() {
        return Problem::malformed();
    }
    // The library's message may hold the value: only what kind of message it is, and a name, are taken from it.
    let message = error.to_string();
    let reason = if let Some(name) = quoted(&message, UNKNOWN_FIELD) {
        if !names.is_empty() {
            names.push('.');
        }
        names.push_str(name);
        ErrorReason::FieldUnknown
    } else if message.starts_with(UNKNOWN_VALUE) {
        ErrorReason::FieldUnknownValue
    } else {
        ErrorReason::FieldMalformed
    };
    if names.is_empty() {
        return Problem::malformed();
    }
    Rejection::invalid().field(names, reason).into()
}

/// The path in the contract's names: `units[2].display_name`, however the caller has spelled it.
fn spelled(descriptor: &MessageDescriptor, path: &Path) -> String {
    let mut text = String::new();
    let mut message = Some(descriptor.clone());
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                write!(text, "[{index}]").expect("writing to a text cannot fail");
            }
            Segment::Map { key } => {
                let field = message.as_ref().and_then(|message| {
                    message
                        .get_field_by_json_name(key)
                        .or_else(|| message.get_field_by_name(key))
                });
                // Keys of a map are the caller's own text.
                let Some(field) = field else {
                    break;
                };
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(field.name());
                message = field.kind().as_message().filter(|_| !field.is_map()).cloned();
            }
            Segment::Enum { .. } | Segment::Unknown => break,
        }
    }
    text
}

/// A name out of the library's message; what does not look like the name of a field stays unsaid.
fn quoted<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    let (name, _) = message.strip_prefix(prefix)?.split_once('\'')?;
    let is_name = name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    Some(if is_name { name } else { "?" })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use prost_reflect::DescriptorPool;
    use serde_json::{Value, json};

    use super::*;
    use crate::problem::{Form, Language};

    static POOL: LazyLock<DescriptorPool> =
        LazyLock::new(|| DescriptorPool::decode(proto::DESCRIPTORS).unwrap());

    fn invite() -> MessageDescriptor {
        POOL.get_message_by_name("deltaga.staff.v1.InviteColleagueRequest")
            .unwrap()
    }

    async fn violation(json: &str) -> (String, String) {
        use http_body_util::BodyExt as _;

        let problem = to_binary(&invite(), json.as_bytes()).unwrap_err();
        let response = problem.into_response(Form::Details(Language::English));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        let violation = &problem["violations"][0];
        let text = |key: &str| violation[key].as_str().unwrap_or_default().to_owned();
        (text("field"), text("reason"))
    }

    #[test]
    fn json_and_bytes_are_the_same_message() {
        let descriptor = POOL
            .get_message_by_name("deltaga.identity.v1.StartSignInRequest")
            .unwrap();
        let json =
            json!({ "portal": "PORTAL_STAFF", "device": "DEVICE_OTHER", "returnUrl": "https://a.example/" });

        let bytes = to_binary(&descriptor, json.to_string().as_bytes()).unwrap();
        let back: Value = serde_json::from_slice(&from_binary(&descriptor, bytes.clone()).unwrap()).unwrap();

        assert_eq!(back, json);
        let message = proto::identity::v1::StartSignInRequest::decode(bytes).unwrap();
        assert_eq!(message.return_url, "https://a.example/");
    }

    #[tokio::test]
    async fn a_field_that_is_not_there_is_named_with_its_path() {
        assert_eq!(
            violation(r#"{"colour": 1}"#).await,
            ("colour".to_owned(), "FIELD_UNKNOWN".to_owned())
        );
    }

    #[tokio::test]
    async fn a_value_of_the_wrong_kind_is_named_with_its_path() {
        assert_eq!(
            violation(r#"{"requestId": 5}"#).await,
            ("request_id".to_owned(), "FIELD_MALFORMED".to_owned())
        );
    }

    #[tokio::test]
    async fn a_name_that_is_none_is_not_repeated() {
        assert_eq!(violation(r#"{"19990807-2391": 1}"#).await.0, "?");
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for json in ["", "{", "[]", "5", "{} {}", "{\"a\"}", "\u{0}"] {
            let problem = to_binary(&invite(), json.as_bytes()).unwrap_err();
            assert_eq!(problem.code(), "invalid_argument", "{json}");
        }
    }

    proptest::proptest! {
        #[test]
        fn withstands_any_text(text in ".{0,80}") {
            let _ = to_binary(&invite(), text.as_bytes());
        }
    }
}
