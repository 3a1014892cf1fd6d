//! The last net under the rule that no person and no secret is logged: a field whose name says that it holds one is
//! shown without its value, in log lines and in exported spans. The names come from the contract (fields whose class
//! is personal, a number, sensitive or free text) and from the words that secrets go by.

use std::collections::HashSet;
use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, ReflectMessage, Value};

use proto::policy::v1::DataClass;

/// What is shown instead of the value.
pub(super) const REDACTED: &str = "(redacted)";

// Parts of a name that give a secret away wherever they stand.
const SECRET_WORDS: [&str; 9] = [
    "password",
    "secret",
    "token",
    "authorization",
    "cookie",
    "credential",
    "private_key",
    "payload",
    "passphrase",
];

// The text of a log line, which the contract may use for something else.
const LOG_TEXT: &str = "message";

static CONTRACT: LazyLock<HashSet<String>> = LazyLock::new(names_in_contract);

/// Whether a field of this name is shown without its value.
pub(super) fn hides(name: &str) -> bool {
    SECRET_WORDS.iter().any(|word| name.contains(word)) || CONTRACT.contains(name)
}

fn names_in_contract() -> HashSet<String> {
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).expect("the contract was encoded by its own build");
    let messages = pool
        .all_messages()
        .filter(|message| message.package_name().starts_with("deltaga."));
    let fields = messages.flat_map(|message| hidden_fields(&message).collect::<Vec<_>>());
    fields
        .filter(|name| !name.ends_with("_id") && name != LOG_TEXT)
        .collect()
}

fn hidden_fields(message: &MessageDescriptor) -> impl Iterator<Item = String> {
    let of_message = class(&message.options(), "deltaga.policy.v1.data_class");
    let hidden = message.fields().filter(move |field| {
        let of_field = class(&field.options(), "deltaga.policy.v1.field_class");
        field.kind().as_message().is_none() && is_hidden(of_field.or(of_message))
    });
    hidden.map(|field| field.name().to_owned())
}

fn class(options: &DynamicMessage, extension: &str) -> Option<DataClass> {
    let extension = options
        .descriptor()
        .parent_pool()
        .get_extension_by_name(extension)?;
    if !options.has_extension(&extension) {
        return None;
    }
    let Value::EnumNumber(number) = *options.get_extension(&extension) else {
        return None;
    };
    DataClass::try_from(number).ok()
}

fn is_hidden(class: Option<DataClass>) -> bool {
    match class {
        Some(DataClass::Personal | DataClass::Number | DataClass::Sensitive | DataClass::FreeText) => true,
        Some(DataClass::Unspecified | DataClass::None | DataClass::Internal) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_hidden() {
        for name in [
            "password",
            "access_token",
            "client_secret",
            "authorization",
            "set-cookie",
        ] {
            assert!(hides(name), "{name}");
        }
    }

    #[test]
    fn fields_that_the_contract_calls_personal_are_hidden() {
        for name in ["personal_number", "given_name"] {
            assert!(hides(name), "{name}");
        }
    }

    #[test]
    fn what_operators_need_is_shown() {
        for name in [
            "message",
            "error",
            "method",
            "person_id",
            "topic",
            "partition",
            "code",
            "service",
        ] {
            assert!(!hides(name), "{name}");
        }
    }
}
