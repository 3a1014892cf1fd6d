//! Changes one option of one RPC at a time in an encoded descriptor set.

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use proto::policy::v1::CallPolicy;

const KINDS: std::ops::RangeInclusive<i32> = 1..=6;
const PERMISSIONS: std::ops::RangeInclusive<i32> = 1..=9;

/// Every contract that differs from the given one in one option, with a description of the difference.
pub fn flipped_contracts(encoded: &[u8]) -> Vec<(String, Vec<u8>)> {
    let pool = DescriptorPool::decode(encoded).expect("the contract");
    let set = pool
        .get_message_by_name("google.protobuf.FileDescriptorSet")
        .expect("descriptors describe themselves");
    let mut found = Vec::new();
    for place in places(&pool, &set, encoded) {
        let original = read(&pool, &set, encoded, &place);
        for (what, changed) in flips(&original) {
            let mut message = decode(&set, encoded);
            write(&pool, &mut message, &place, &changed);
            found.push((format!("{}: {what}", place.name), message.encode_to_vec()));
        }
    }
    found
}

/// Where a method stands: indices of file, service, method.
struct Place {
    name: String,
    indices: [usize; 3],
}

fn flips(policy: &CallPolicy) -> Vec<(String, CallPolicy)> {
    let mut found = Vec::new();
    for kind in KINDS {
        let changed = CallPolicy {
            principals: toggled(&policy.principals, kind),
            ..policy.clone()
        };
        found.push((format!("principal {kind}"), changed));
    }
    for permission in PERMISSIONS.filter(|_| policy.principals.contains(&2)) {
        let changed = CallPolicy {
            permissions: toggled(&policy.permissions, permission),
            ..policy.clone()
        };
        found.push((format!("permission {permission}"), changed));
    }
    for service in ["export", "gateway", "*"]
        .iter()
        .filter(|_| policy.principals.contains(&5))
    {
        let services = toggled(&policy.services, (*service).to_owned());
        // Naming a service beside "any service" changes nothing.
        if services.contains(&"*".to_owned()) == policy.services.contains(&"*".to_owned())
            && policy.services.contains(&"*".to_owned())
        {
            continue;
        }
        found.push((
            format!("service {service}"),
            CallPolicy {
                services,
                ..policy.clone()
            },
        ));
    }
    let people = policy.principals.iter().any(|kind| matches!(kind, 1 | 2));
    for assurance in (0..=2).filter(|level| people && distinguishable(policy.assurance, *level)) {
        found.push((
            format!("assurance {assurance}"),
            CallPolicy {
                assurance,
                ..policy.clone()
            },
        ));
    }
    for read_log in (0..=3).filter(|kind| *kind != policy.read_log) {
        found.push((
            format!("read log {read_log}"),
            CallPolicy {
                read_log,
                ..policy.clone()
            },
        ));
    }
    found
}

/// Nobody signs in below the lowest level, so none and the lowest level are one.
fn distinguishable(present: i32, other: i32) -> bool {
    present.max(1) != other.max(1)
}

fn toggled<T: Clone + PartialEq>(list: &[T], value: T) -> Vec<T> {
    let without: Vec<_> = list.iter().filter(|listed| **listed != value).cloned().collect();
    if without.len() == list.len() {
        list.iter().cloned().chain([value]).collect()
    } else {
        without
    }
}

fn places(pool: &DescriptorPool, set: &MessageDescriptor, encoded: &[u8]) -> Vec<Place> {
    let message = decode(set, encoded);
    let mut found = Vec::new();
    for (file_index, file) in list(&message, "file").iter().enumerate() {
        for (service_index, service) in list(inner(file), "service").iter().enumerate() {
            for (method_index, method) in list(inner(service), "method").iter().enumerate() {
                let indices = [file_index, service_index, method_index];
                let place = Place {
                    name: name(inner(method)),
                    indices,
                };
                if option(pool, inner(method)).is_some() {
                    found.push(place);
                }
            }
        }
    }
    found
}

fn read(pool: &DescriptorPool, set: &MessageDescriptor, encoded: &[u8], place: &Place) -> CallPolicy {
    let message = decode(set, encoded);
    let [file, service, method] = place.indices;
    let file = list(&message, "file")[file].clone();
    let service = list(inner(&file), "service")[service].clone();
    let method = list(inner(&service), "method")[method].clone();
    let value = option(pool, inner(&method)).expect("an option");
    CallPolicy::decode(inner(&value).encode_to_vec().as_slice()).expect("a policy")
}

fn write(pool: &DescriptorPool, message: &mut DynamicMessage, place: &Place, policy: &CallPolicy) {
    let [file, service, method] = place.indices;
    let file = list_mut(message, "file", file);
    let service = list_mut(file, "service", service);
    let method = list_mut(service, "method", method);
    let extension = pool
        .get_extension_by_name("deltaga.policy.v1.call")
        .expect("our option");
    let descriptor = pool
        .get_message_by_name("deltaga.policy.v1.CallPolicy")
        .expect("our message");
    let value = DynamicMessage::decode(descriptor, policy.encode_to_vec().as_slice()).expect("a policy");
    let options = method
        .get_field_by_name_mut("options")
        .and_then(Value::as_message_mut)
        .expect("options");
    options.set_extension(&extension, Value::Message(value));
}

fn decode(set: &MessageDescriptor, encoded: &[u8]) -> DynamicMessage {
    DynamicMessage::decode(set.clone(), encoded).expect("a descriptor set")
}

fn option(pool: &DescriptorPool, method: &DynamicMessage) -> Option<Value> {
    let extension = pool.get_extension_by_name("deltaga.policy.v1.call")?;
    let options = method.get_field_by_name("options")?.into_owned();
    let options = options.as_message()?;
    options
        .has_extension(&extension)
        .then(|| options.get_extension(&extension).into_owned())
}

fn list(message: &DynamicMessage, field: &str) -> Vec<Value> {
    message
        .get_field_by_name(field)
        .and_then(|value| value.as_list().map(<[Value]>::to_vec))
        .expect("a list")
}

fn list_mut<'a>(message: &'a mut DynamicMessage, field: &str, index: usize) -> &'a mut DynamicMessage {
    let value = message
        .get_field_by_name_mut(field)
        .and_then(Value::as_list_mut)
        .expect("a list");
    value[index].as_message_mut().expect("a message")
}

fn inner(value: &Value) -> &DynamicMessage {
    value.as_message().expect("a message")
}

fn name(message: &DynamicMessage) -> String {
    message
        .get_field_by_name("name")
        .and_then(|value| value.as_str().map(str::to_owned))
        .expect("a name")
}
