//! Requests about what exists nowhere, made from the contract: every field holds something of its kind. They tell who is
//! let in; what a service answers about others' things is told by its own tests.

use journey::new_id;
use prost::Message as _;
use prost::bytes::Bytes;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

/// Messages lie no deeper in requests of ours.
const DEEPEST: usize = 6;
/// In October 2026.
const SECONDS: i64 = 1_791_000_000;

/// For a method such as `consent.v1.ConsentService/Withdraw`.
pub fn sample(method: &str) -> Option<Vec<u8>> {
    let (service, method) = method.split_once('/')?;
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).ok()?;
    let service = pool.get_service_by_name(&format!("deltaga.{service}"))?;
    let method = service.methods().find(|candidate| candidate.name() == method)?;
    Some(filled(&method.input(), 0).encode_to_vec())
}

fn filled(kind: &MessageDescriptor, depth: usize) -> DynamicMessage {
    let mut message = DynamicMessage::new(kind.clone());
    if depth == DEEPEST {
        return message;
    }
    for field in kind.fields().filter(is_first_choice) {
        let Some(value) = value(&field, depth) else {
            continue;
        };
        let value = if field.is_list() {
            Value::List(vec![value])
        } else {
            value
        };
        message.set_field(&field, value);
    }
    message
}

fn is_first_choice(field: &FieldDescriptor) -> bool {
    let first = field.containing_oneof().and_then(|choice| choice.fields().next());
    first.is_none_or(|first| first == *field)
}

fn value(field: &FieldDescriptor, depth: usize) -> Option<Value> {
    if field.is_map() {
        return None;
    }
    let number = i32::from(u16::try_from(number(field.name())).ok()?);
    Some(match field.kind() {
        Kind::String => Value::String(text(field.name())),
        Kind::Bytes => Value::Bytes(Bytes::from_static(&[7; 32])),
        Kind::Bool => Value::Bool(field.name() == "validate_only"),
        Kind::Enum(_) => Value::EnumNumber(1),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(number),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(number.unsigned_abs()),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(number.into()),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(number.unsigned_abs().into()),
        Kind::Float | Kind::Double => return None,
        Kind::Message(kind) => match kind.full_name() {
            "google.protobuf.FieldMask" => return None,
            "google.protobuf.Timestamp" => Value::Message(timestamp(&kind)),
            _ => Value::Message(filled(&kind, depth + 1)),
        },
    })
}

fn timestamp(kind: &MessageDescriptor) -> DynamicMessage {
    let mut timestamp = DynamicMessage::new(kind.clone());
    timestamp.set_field_by_name("seconds", Value::I64(SECONDS));
    timestamp
}

fn text(field: &str) -> String {
    match field {
        "token" => String::new(),
        "etag" => "1.0".to_owned(),
        id if id.ends_with("_id") || id.ends_with("_ids") => new_id(),
        _ => "sample".to_owned(),
    }
}

fn number(field: &str) -> u64 {
    match field {
        "year" => 2026,
        "month" => 10,
        "day" => 5,
        "size" => 50,
        _ => 1,
    }
}
