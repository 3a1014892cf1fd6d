//! Answers as proto3 JSON straight from their bytes, by tables that are made of the descriptors once. What the tables do
//! not know, and bytes as no encoder of ours orders them, take the way through a dynamic message: it alone says what is
//! wrong with an answer.

use std::io::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use prost::Message as _;
use prost::encoding::decode_varint;
use prost_reflect::MessageDescriptor;
use prost_types::Timestamp;

use super::from_binary;
use super::shape::{Content, Field, Shape, shapes};
use crate::problem::Problem;

const VARINT: u32 = 0;
const LENGTH_DELIMITED: u32 = 2;
const DEEPEST: u32 = 50;
/// The years 1 to 9999, which is what can be written.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// Writes messages of one type.
#[derive(Debug)]
pub struct Writer {
    descriptor: MessageDescriptor,
    shapes: Option<Vec<Shape>>,
}

/// A message on its way.
struct Writing<'s> {
    shapes: &'s [Shape],
    json: Vec<u8>,
}

/// A value as it stands on the wire.
#[derive(Clone, Copy)]
enum Value<'b> {
    Number(u64),
    Bytes(&'b [u8]),
}

// === impl Writer ===

impl Writer {
    /// For messages of this type.
    pub fn new(descriptor: MessageDescriptor) -> Self {
        let shapes = shapes(&descriptor);
        Self { descriptor, shapes }
    }

    /// The bytes of a message as JSON.
    pub fn write(&self, message: Bytes) -> Result<Bytes, Problem> {
        match self.straight(&message) {
            Some(json) => Ok(json.into()),
            None => from_binary(&self.descriptor, message),
        }
    }

    /// None if it cannot be told whether this is the right way.
    fn straight(&self, message: &[u8]) -> Option<Vec<u8>> {
        let shapes = self.shapes.as_deref()?;
        let mut writing = Writing {
            shapes,
            json: Vec::with_capacity(message.len() * 4),
        };
        writing.message(shapes.first()?, message, 0)?;
        Some(writing.json)
    }
}

// === impl Writing ===

impl Writing<'_> {
    fn message(&mut self, shape: &Shape, mut bytes: &[u8], depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.json.push(b'{');
        let (mut fields, mut last, mut groups) = (shape.fields.iter().peekable(), 0, 0);
        while !bytes.is_empty() {
            let (number, wire) = tag(&mut bytes)?;
            // Fields rise, and each comes once: else the later counts, or both are one.
            if number <= last {
                return None;
            }
            last = number;
            while fields.next_if(|field| field.number < number).is_some() {}
            let Some(field) = fields.next_if(|field| field.number == number) else {
                skip(wire, &mut bytes)?;
                continue;
            };
            if groups & field.oneof != 0 {
                return None;
            }
            groups |= field.oneof;
            if field.is_list {
                self.list(field, wire, &mut bytes, depth)?;
            } else {
                self.single(field, wire, &mut bytes, depth)?;
            }
        }
        self.close(b'}');
        Some(())
    }

    fn single(&mut self, field: &Field, wire: u32, bytes: &mut &[u8], depth: u32) -> Option<()> {
        let value = Value::read(&field.content, wire, bytes)?;
        if !field.has_presence && value.is_default() {
            return Some(());
        }
        self.json.extend_from_slice(&field.key);
        self.value(&field.content, value, depth)
    }

    fn list(&mut self, field: &Field, mut wire: u32, bytes: &mut &[u8], depth: u32) -> Option<()> {
        self.json.extend_from_slice(&field.key);
        self.json.push(b'[');
        loop {
            if field.content.is_number() && wire == LENGTH_DELIMITED {
                let mut packed = delimited(bytes)?;
                while !packed.is_empty() {
                    let value = Value::Number(varint(&mut packed)?);
                    self.value(&field.content, value, depth)?;
                }
            } else {
                let value = Value::read(&field.content, wire, bytes)?;
                self.value(&field.content, value, depth)?;
            }
            let mut ahead = *bytes;
            match tag(&mut ahead) {
                Some((number, next)) if number == field.number => (*bytes, wire) = (ahead, next),
                _ => break,
            }
        }
        // An empty list is none.
        (self.json.last() != Some(&b'[')).then(|| {
            self.close(b']');
            self.json.push(b',');
        })
    }

    /// The value, and a comma behind it.
    fn value(&mut self, content: &Content, value: Value<'_>, depth: u32) -> Option<()> {
        match (content, value) {
            (Content::Message(place), Value::Bytes(bytes)) => {
                let shapes = self.shapes;
                self.message(shapes.get(*place)?, bytes, depth + 1)?;
            }
            (Content::Text, Value::Bytes(bytes)) => self.text(bytes)?,
            (Content::Bytes, Value::Bytes(bytes)) => {
                write!(self.json, "\"{}\"", BASE64_STANDARD.encode(bytes)).ok()?;
            }
            (Content::Timestamp, Value::Bytes(bytes)) => {
                let at = Timestamp::decode(bytes).ok()?;
                TIMES.contains(&at.seconds).then_some(())?;
                write!(self.json, "\"{at}\"").ok()?;
            }
            (content, Value::Number(number)) => self.number(content, number)?,
            _ => return None,
        }
        self.json.push(b',');
        Some(())
    }

    fn text(&mut self, bytes: &[u8]) -> Option<()> {
        if !is_plain(bytes) {
            return serde_json::to_writer(&mut self.json, std::str::from_utf8(bytes).ok()?).ok();
        }
        self.json.push(b'"');
        self.json.extend_from_slice(bytes);
        self.json.push(b'"');
        Some(())
    }

    fn number(&mut self, content: &Content, number: u64) -> Option<()> {
        let json = &mut self.json;
        let int32 = || i32::try_from(number.cast_signed()).ok();
        match content {
            Content::Bool if number <= 1 => {
                json.extend_from_slice(if number == 1 { b"true" } else { b"false" });
            }
            Content::Int32 => serde_json::to_writer(json, &int32()?).ok()?,
            Content::Uint32 => serde_json::to_writer(json, &u32::try_from(number).ok()?).ok()?,
            // JavaScript does not count as far: a text.
            Content::Int64 => write!(json, "\"{}\"", number.cast_signed()).ok()?,
            Content::Uint64 => write!(json, "\"{number}\"").ok()?,
            Content::Enum(names) => match names.get(&int32()?) {
                Some(name) => json.extend_from_slice(name),
                None => serde_json::to_writer(json, &int32()?).ok()?,
            },
            Content::Bool | Content::Text | Content::Bytes | Content::Timestamp | Content::Message(_) => {
                return None;
            }
        }
        Some(())
    }

    /// Ends a list or a message; there is a comma behind its last part, if it has one.
    fn close(&mut self, with: u8) {
        if self.json.last() == Some(&b',') {
            self.json.pop();
        }
        self.json.push(with);
    }
}

// === impl Value ===

impl<'b> Value<'b> {
    fn read(content: &Content, wire: u32, bytes: &mut &'b [u8]) -> Option<Self> {
        match wire {
            VARINT if content.is_number() => Some(Self::Number(varint(bytes)?)),
            LENGTH_DELIMITED if !content.is_number() => Some(Self::Bytes(delimited(bytes)?)),
            _ => None,
        }
    }

    fn is_default(self) -> bool {
        match self {
            Self::Number(number) => number == 0,
            Self::Bytes(bytes) => bytes.is_empty(),
        }
    }
}

/// Whether it stands in JSON as it is: ASCII with nothing to escape.
fn is_plain(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    text.iter().all(is_plain)
}

/// Number and wire type of a field.
fn tag(bytes: &mut &[u8]) -> Option<(u32, u32)> {
    let tag = u32::try_from(varint(bytes)?).ok()?;
    Some((tag >> 3, tag & 7))
}

/// Most are of one byte.
#[inline]
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    match **bytes {
        [byte @ 0..0x80, ref rest @ ..] => {
            *bytes = rest;
            Some(byte.into())
        }
        _ => decode_varint(bytes).ok(),
    }
}

/// Passes over a field that the contract does not know.
fn skip(wire: u32, bytes: &mut &[u8]) -> Option<()> {
    match wire {
        VARINT => drop(varint(bytes)?),
        LENGTH_DELIMITED => drop(delimited(bytes)?),
        _ => return None,
    }
    Some(())
}

fn delimited<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = usize::try_from(varint(bytes)?).ok()?;
    let (content, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(content)
}

#[cfg(test)]
mod tests;
