//! What every part of the contract must declare: who may call, what data a message holds, what a reason says.

use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, MessageDescriptor, Value,
};

fn contract() -> DescriptorPool {
    DescriptorPool::decode(proto::DESCRIPTORS).expect("the contract's descriptors")
}

fn option(pool: &DescriptorPool, options: &DynamicMessage, name: &str) -> Option<Value> {
    let extension = pool.get_extension_by_name(name).expect("an option of ours");
    options
        .has_extension(&extension)
        .then(|| options.get_extension(&extension).into_owned())
}

fn is_ours(full_name: &str) -> bool {
    full_name.starts_with("deltaga.")
}

#[test]
fn every_rpc_says_who_may_call_it() {
    let pool = contract();
    let methods: Vec<_> = pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .collect();
    assert!(methods.len() > 30, "methods found: {}", methods.len());
    for method in methods {
        let policy = option(&pool, &method.options(), "deltaga.policy.v1.call");
        let principals = policy.as_ref().and_then(Value::as_message).and_then(|policy| {
            policy
                .get_field_by_name("principals")
                .map(|list| list.as_list().map_or(0, <[Value]>::len))
        });
        assert!(
            principals.is_some_and(|kinds| kinds > 0),
            "{} has no policy",
            method.full_name()
        );
    }
}

#[test]
fn people_are_asked_for_an_assurance_level_wherever_they_may_call() {
    let pool = contract();
    for method in pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
    {
        let policy = option(&pool, &method.options(), "deltaga.policy.v1.call").expect("a policy");
        let policy = policy.as_message().expect("a message").clone();
        let kinds = policy
            .get_field_by_name("principals")
            .expect("a field")
            .into_owned();
        let has_person = kinds
            .as_list()
            .into_iter()
            .flatten()
            .any(|kind| matches!(kind.as_enum_number(), Some(1 | 2)));
        let assurance = policy
            .get_field_by_name("assurance")
            .and_then(|value| value.as_enum_number());
        assert_eq!(has_person, assurance != Some(0), "{}", method.full_name());
    }
}

#[test]
fn every_message_declares_what_class_of_data_it_holds() {
    let pool = contract();
    let missing: Vec<_> = pool
        .all_messages()
        .filter(|message| is_ours(message.full_name()) && class_of(&pool, message).is_none())
        .map(|message| message.full_name().to_owned())
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A flag without which every consumer would have to ask before it shows or sends a row.
const IN_EVENTS_ALL_THE_SAME: [&str; 1] =
    ["deltaga.participants.events.v1.PlacementState.protected_identity"];

#[test]
fn events_hold_no_personal_data() {
    let pool = contract();
    for message in pool
        .all_messages()
        .filter(|message| message.full_name().contains(".events."))
    {
        for field in message.fields() {
            let class = field_class(&pool, &field).or_else(|| class_of(&pool, &message));
            assert!(
                matches!(class, Some(1 | 2)) || IN_EVENTS_ALL_THE_SAME.contains(&field.full_name()),
                "{} is of class {class:?}",
                field.full_name()
            );
        }
    }
}

#[test]
fn fields_named_like_numbers_or_secrets_are_classed_as_such() {
    let pool = contract();
    for message in pool.all_messages().filter(|message| is_ours(message.full_name())) {
        for field in message.fields() {
            let class = field_class(&pool, &field).or_else(|| class_of(&pool, &message));
            let expected: &[i32] = match field.name() {
                "personal_number" | "numbers" => &[4],
                "access_token" | "reference_token" | "flow_token" | "link_secret" | "qr_text"
                | "autostart_token" => &[5],
                "email" | "mobile" | "work_email" | "work_phone" | "given_name" | "surname" => &[3],
                _ => continue,
            };
            assert!(
                class.is_some_and(|class| expected.contains(&class)),
                "{}",
                field.full_name()
            );
        }
    }
}

#[test]
fn every_reason_and_message_has_a_text_in_both_languages() {
    let pool = contract();
    for name in [
        "deltaga.errors.v1.ErrorReason",
        "deltaga.identity.v1.BankidMessage",
    ] {
        let texts = pool.get_enum_by_name(name).expect("an enum of the contract");
        for (value, text) in reason_texts(&pool, &texts) {
            for language in ["sv", "en"] {
                let text = text.get_field_by_name(language).expect("a language").into_owned();
                assert!(
                    text.as_str().is_some_and(|text| !text.is_empty()),
                    "{value} lacks {language}"
                );
            }
        }
    }
}

#[test]
fn every_list_pages() {
    let pool = contract();
    let unpaged = ["ListMyAccounts", "ListGrantChanges"];
    for method in pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
    {
        if method.name().starts_with("List") && !unpaged.contains(&method.name()) {
            assert!(
                method.input().get_field_by_name("page").is_some(),
                "{}",
                method.full_name()
            );
            assert!(
                method.output().get_field_by_name("page").is_some(),
                "{}",
                method.full_name()
            );
        }
    }
}

fn class_of(pool: &DescriptorPool, message: &MessageDescriptor) -> Option<i32> {
    option(pool, &message.options(), "deltaga.policy.v1.data_class").and_then(|class| class.as_enum_number())
}

fn field_class(pool: &DescriptorPool, field: &FieldDescriptor) -> Option<i32> {
    option(pool, &field.options(), "deltaga.policy.v1.field_class").and_then(|class| class.as_enum_number())
}

fn reason_texts(pool: &DescriptorPool, texts: &EnumDescriptor) -> Vec<(String, DynamicMessage)> {
    let said = texts.values().filter(|value| value.number() != 0);
    said.map(|value| {
        let text = option(pool, &value.options(), "deltaga.errors.v1.reason");
        let text = text.as_ref().and_then(Value::as_message).cloned();
        (
            value.name().to_owned(),
            text.unwrap_or_else(|| panic!("{} has no text", value.name())),
        )
    })
    .collect()
}

#[test]
fn the_table_of_synchronous_calls_is_what_the_contract_says() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ARCHITECTURE.md"))
        .expect("the page");
    let (_, rest) = page
        .split_once("<!-- synchronous calls: begin -->")
        .expect("a beginning");
    let (table, _) = rest
        .split_once("<!-- synchronous calls: end -->")
        .expect("an end");
    let written: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(str::to_owned)
        .collect();
    let pool = contract();
    let mut rows: Vec<_> = pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .filter_map(|method| {
            let policy = option(&pool, &method.options(), "deltaga.policy.v1.call")?;
            let services = policy.as_message()?.get_field_by_name("services")?.into_owned();
            let mut names: Vec<_> = services
                .as_list()?
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect();
            names.sort();
            let from = if names == ["*"] {
                "any service".to_owned()
            } else {
                names.join(", ")
            };
            let to = method.parent_service().full_name().split('.').nth(1)?.to_owned();
            (!names.is_empty()).then(|| {
                format!(
                    "| {from} | {to} | {}/{} |",
                    method.parent_service().name(),
                    method.name()
                )
            })
        })
        .collect();
    rows.sort();
    assert_eq!(written, rows);
}
