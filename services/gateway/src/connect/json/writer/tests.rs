use std::sync::LazyLock;

use platform::clock::{Entropy as _, SeededEntropy};
use proptest::prelude::*;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, Value as Content};

use super::*;
use crate::routes::{Door, Routes};

static WRITERS: LazyLock<Vec<Writer>> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    let messages = pool
        .all_messages()
        .filter(|message| message.full_name().starts_with("deltaga."));
    let writers = messages.map(Writer::new).filter(|writer| writer.shapes.is_some());
    writers.collect()
});

struct Chance(SeededEntropy);

impl Chance {
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.number() % bound as u64).unwrap()
    }

    /// Mostly small, as numbers are.
    fn some(&self) -> u64 {
        self.number() >> self.below(64)
    }

    fn message(&self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            let is_nested = matches!(field.kind(), Kind::Message(_));
            if self.below(4) > 0 && !(is_nested && depth > 3) {
                message.set_field(&field, self.value(&field, depth));
            }
        }
        message
    }

    fn value(&self, field: &FieldDescriptor, depth: usize) -> Content {
        if field.is_list() {
            let values = (0..self.below(4)).map(|_| self.single(&field.kind(), depth));
            return Content::List(values.collect());
        }
        self.single(&field.kind(), depth)
    }

    fn single(&self, kind: &Kind, depth: usize) -> Content {
        let low = u32::try_from(self.some() & 0xFFFF_FFFF).unwrap();
        match kind {
            Kind::Bool => Content::Bool(self.below(2) == 1),
            Kind::Int32 => Content::I32(low.cast_signed()),
            Kind::Int64 => Content::I64(self.some().cast_signed()),
            Kind::Uint32 => Content::U32(low),
            Kind::Uint64 => Content::U64(self.some()),
            Kind::String => Content::String(self.text()),
            Kind::Bytes => Content::Bytes(self.text().into_bytes().into()),
            Kind::Enum(names) => match names.values().nth(self.below(names.values().len() + 1)) {
                Some(value) => Content::EnumNumber(value.number()),
                None => Content::EnumNumber(low.cast_signed()),
            },
            Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
                let mut at = DynamicMessage::new(message.clone());
                at.set_field_by_name("seconds", Content::I64(i64::from(low) - (1 << 31)));
                at.set_field_by_name(
                    "nanos",
                    Content::I32(i32::try_from(self.below(1_000_000_000)).unwrap()),
                );
                Content::Message(at)
            }
            Kind::Message(message) => Content::Message(self.message(message, depth + 1)),
            Kind::Double
            | Kind::Float
            | Kind::Sint32
            | Kind::Sint64
            | Kind::Fixed32
            | Kind::Fixed64
            | Kind::Sfixed32
            | Kind::Sfixed64 => panic!("{kind:?} has no shape"),
        }
    }

    fn text(&self) -> String {
        const LETTERS: [char; 12] = [
            'a', 'Z', '5', 'å', '€', '𝄞', '"', '\\', '\n', '\u{0}', '\u{7f}', '/',
        ];
        (0..self.below(12))
            .map(|_| LETTERS[self.below(LETTERS.len())])
            .collect()
    }
}

fn writer(chance: &Chance) -> &'static Writer {
    &WRITERS[chance.below(WRITERS.len())]
}

fn by_the_library(writer: &Writer, bytes: &[u8]) -> Option<String> {
    let json = from_binary(&writer.descriptor, Bytes::copy_from_slice(bytes)).ok()?;
    Some(String::from_utf8(json.into()).unwrap())
}

fn straight(writer: &Writer, bytes: &[u8]) -> Option<String> {
    writer
        .straight(bytes)
        .map(|json| String::from_utf8(json).unwrap())
}

#[test]
fn every_answer_of_the_contract_is_written_straight() {
    let routes = Routes::of_contract();
    let mut seen = 0;
    for door in [Door::Browsers, Door::Suppliers] {
        for path in routes.listed(door) {
            let path = path.replace("{service}", "staff");
            let route = routes.find(door, &path).unwrap();
            // What is packed has a form of its own; a download unpacks it.
            let is_packed = path.ends_with("SubjectService/ExportSubject");
            assert_eq!(route.method.output.shapes.is_none(), is_packed, "{path}");
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} methods");
}

#[test]
fn what_has_a_form_of_its_own_in_json_is_left_to_the_library() {
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    let masked = pool.all_messages().find(|message| {
        let mut kinds = message.fields().map(|field| field.kind());
        kinds.any(|kind| matches!(kind, Kind::Message(of) if of.full_name() == "google.protobuf.FieldMask"))
    });

    let writer = Writer::new(masked.unwrap());

    assert!(writer.shapes.is_none());
    assert_eq!(writer.write(Bytes::new()).unwrap(), "{}");
}

/// A text in field 1 and a message in field 2: once each, rising, whole, and with numbers that a field may have.
#[test]
fn bytes_that_no_encoder_of_ours_writes_are_left_to_the_library() {
    let is_asked =
        |writer: &&Writer| writer.descriptor.full_name() == "deltaga.attendance.v1.GetMonthRequest";
    let writer = WRITERS.iter().find(is_asked).unwrap();

    for bytes in [
        &[0x0A, 1, b'a', 0x0A, 1, b'b'][..],
        &[0x12, 0, 0x0A, 1, b'a'],
        &[0x08, 1],
        &[0x0A, 2, b'a'],
        &[0x0A, 1, 0xFF],
        &[0x8A, 0x80, 0x80, 0x80, 0x10, 0],
    ] {
        assert_eq!(straight(writer, bytes), None, "{bytes:?}");
    }
    let whole = straight(writer, &[0x0A, 1, b'a', 0x12, 0]);
    assert_eq!(whole.as_deref(), Some(r#"{"placementId":"a","month":{}}"#));
}

proptest! {
    #[test]
    fn an_answer_is_written_as_the_library_writes_it(seed: u64) {
        let chance = Chance(SeededEntropy::new(seed));
        let writer = writer(&chance);
        let bytes = chance.message(&writer.descriptor, 0).encode_to_vec();

        let expected = by_the_library(writer, &bytes);

        prop_assert!(expected.is_some());
        prop_assert_eq!(straight(writer, &bytes), expected, "{}", writer.descriptor.full_name());
    }

    /// Bytes that were changed, cut or put together: whatever is written straight is what the library writes.
    #[test]
    fn withstands_bytes_that_no_encoder_wrote(seed: u64) {
        let chance = Chance(SeededEntropy::new(seed));
        let writer = writer(&chance);
        let mut bytes = chance.message(&writer.descriptor, 0).encode_to_vec();
        if chance.below(2) == 0 {
            bytes.extend(chance.message(&writer.descriptor, 2).encode_to_vec());
        }
        for _ in 0..chance.below(3) {
            if !bytes.is_empty() {
                let place = chance.below(bytes.len());
                bytes[place] = u8::try_from(chance.below(256)).unwrap();
            }
        }
        bytes.truncate(chance.below(bytes.len() * 3 + 1));

        if let Some(json) = straight(writer, &bytes) {
            prop_assert_eq!(Some(json), by_the_library(writer, &bytes), "{}", writer.descriptor.full_name());
        }
    }
}
