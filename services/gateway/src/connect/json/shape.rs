//! Message types as tables: what the descriptors say of each field, looked up once when the routes are made.

use std::collections::BTreeMap;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

const WELL_KNOWN: &str = "google.protobuf.";
const TIMESTAMP: &str = "google.protobuf.Timestamp";
const MOST_ONEOFS: usize = 64;

/// A message type.
#[derive(Debug)]
pub(super) struct Shape {
    /// Rising by number.
    pub fields: Vec<Field>,
}

/// A field of it.
#[derive(Debug)]
pub(super) struct Field {
    pub number: u32,
    /// `"name":`
    pub key: Vec<u8>,
    pub is_list: bool,
    /// Whether it is told apart from its default.
    pub has_presence: bool,
    /// A bit for the group of which one field at most is set.
    pub oneof: u64,
    pub content: Content,
}

/// What stands in a field.
#[derive(Debug)]
pub(super) enum Content {
    Bool,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Text,
    Bytes,
    /// Quoted names by number.
    Enum(BTreeMap<i32, Vec<u8>>),
    Timestamp,
    /// The shape at this place.
    Message(usize),
}

/// The shapes of a message, which is the first, and of all that it holds. None if there is something among them that has
/// a form of its own in JSON.
pub(super) fn shapes(message: &MessageDescriptor) -> Option<Vec<Shape>> {
    let (mut messages, mut shapes) = (vec![message.clone()], Vec::new());
    while let Some(next) = messages.get(shapes.len()).cloned() {
        shapes.push(Shape::of(&next, &mut messages)?);
    }
    Some(shapes)
}

impl Shape {
    /// Messages that were not seen before are added to those seen.
    fn of(message: &MessageDescriptor, seen: &mut Vec<MessageDescriptor>) -> Option<Self> {
        let is_plain = !message.full_name().starts_with(WELL_KNOWN)
            && !message.is_map_entry()
            && message.extension_ranges().len() == 0
            && message.oneofs().len() <= MOST_ONEOFS;
        if !is_plain {
            return None;
        }
        let fields = message.fields().map(|field| Field::of(&field, message, seen));
        let mut fields: Vec<Field> = fields.collect::<Option<_>>()?;
        fields.sort_by_key(|field| field.number);
        Some(Self { fields })
    }
}

impl Field {
    fn of(
        field: &FieldDescriptor,
        of: &MessageDescriptor,
        seen: &mut Vec<MessageDescriptor>,
    ) -> Option<Self> {
        let oneof = field
            .containing_oneof()
            .and_then(|group| of.oneofs().position(|other| other == group));
        Some(Self {
            number: field.number(),
            key: format!("\"{}\":", field.json_name()).into_bytes(),
            is_list: field.is_list(),
            has_presence: field.supports_presence(),
            oneof: oneof.map_or(0, |place| 1 << place),
            content: Content::of(&field.kind(), seen)?,
        })
    }
}

impl Content {
    fn of(kind: &Kind, seen: &mut Vec<MessageDescriptor>) -> Option<Self> {
        match kind {
            Kind::Bool => Some(Self::Bool),
            Kind::Int32 => Some(Self::Int32),
            Kind::Int64 => Some(Self::Int64),
            Kind::Uint32 => Some(Self::Uint32),
            Kind::Uint64 => Some(Self::Uint64),
            Kind::String => Some(Self::Text),
            Kind::Bytes => Some(Self::Bytes),
            Kind::Enum(names) if !names.full_name().starts_with(WELL_KNOWN) => {
                Some(Self::Enum(quoted(names)))
            }
            Kind::Message(message) if message.full_name() == TIMESTAMP => Some(Self::Timestamp),
            Kind::Message(message) => Some(Self::Message(place(message, seen))),
            Kind::Enum(_)
            | Kind::Double
            | Kind::Float
            | Kind::Sint32
            | Kind::Sint64
            | Kind::Fixed32
            | Kind::Fixed64
            | Kind::Sfixed32
            | Kind::Sfixed64 => None,
        }
    }

    /// Whether it is a number on the wire.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Bool | Self::Int32 | Self::Int64 | Self::Uint32 | Self::Uint64 | Self::Enum(_) => true,
            Self::Text | Self::Bytes | Self::Timestamp | Self::Message(_) => false,
        }
    }
}

fn place(message: &MessageDescriptor, seen: &mut Vec<MessageDescriptor>) -> usize {
    seen.iter().position(|other| other == message).unwrap_or_else(|| {
        seen.push(message.clone());
        seen.len() - 1
    })
}

fn quoted(names: &EnumDescriptor) -> BTreeMap<i32, Vec<u8>> {
    let named = names.values().filter_map(|value| {
        let name = names.get_value(value.number())?;
        Some((value.number(), format!("\"{}\"", name.name()).into_bytes()))
    });
    named.collect()
}
