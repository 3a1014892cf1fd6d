//! The texts people read for every reason, taken from the options of the contract's enum and read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, DynamicMessage, ExtensionDescriptor, Value};
use proto::errors::v1::ErrorReason;

static TEXTS: LazyLock<HashMap<i32, Texts>> =
    LazyLock::new(|| read(proto::DESCRIPTORS).expect("the contract's descriptors are part of the build"));

/// What a person is told, and which facts come along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
    /// Keys of the metadata that may come with the reason.
    pub metadata_keys: Vec<String>,
}

/// The texts of a reason; empty only for `Unspecified`, which is never sent.
pub fn texts(reason: ErrorReason) -> &'static Texts {
    static NONE: Texts = Texts {
        sv: String::new(),
        en: String::new(),
        metadata_keys: Vec::new(),
    };
    TEXTS.get(&(reason as i32)).unwrap_or(&NONE)
}

fn read(descriptors: &[u8]) -> Result<HashMap<i32, Texts>, String> {
    let pool = DescriptorPool::decode(descriptors).map_err(|error| error.to_string())?;
    let option = pool
        .get_extension_by_name("deltaga.errors.v1.reason")
        .ok_or("no option for texts")?;
    let reasons = pool
        .get_enum_by_name("deltaga.errors.v1.ErrorReason")
        .ok_or("no reasons")?;
    Ok(reasons
        .values()
        .filter_map(|value| Some((value.number(), of(&value.options(), &option)?)))
        .collect())
}

fn of(options: &DynamicMessage, option: &ExtensionDescriptor) -> Option<Texts> {
    let value = options.get_extension(option);
    let message = value.as_message()?;
    let text = |name: &str| Some(message.get_field_by_name(name)?.as_str()?.to_owned());
    let keys = message.get_field_by_name("metadata_keys")?;
    let keys = keys
        .as_list()?
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    Some(Texts {
        sv: text("sv")?,
        en: text("en")?,
        metadata_keys: keys,
    })
}
