//! Who reads a topic, by the list that the broker's grants are made from, and by the code: both must say the same, so that
//! no service may read what it has no handler for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use platform::auth::grants;
use platform::kafka::topics;

const SERVICES: [&str; 7] = [
    "attendance",
    "consent",
    "export",
    "gateway",
    "identity",
    "participants",
    "staff",
];
const HANDLERS: [&str; 2] = ["impl StateHandler for ", "impl LogHandler for "];
const TOPIC: &str = "const TOPIC: &'static str = \"";
const FOLLOWS_GRANTS: &str = "Grants::start(";

/// A consumer in the code: which service has it, what it is called, what it reads.
#[derive(Debug)]
struct Handler {
    service: &'static str,
    name: String,
    topic: String,
}

#[test]
fn the_list_of_topics_names_exactly_those_who_read_them() {
    let mut in_code: BTreeSet<(String, &str)> = handlers()
        .into_iter()
        .map(|handler| (handler.topic, handler.service))
        .collect();
    for service in SERVICES {
        if starting(service).contains(FOLLOWS_GRANTS) {
            in_code.insert((grants::TOPIC.to_owned(), service));
        }
    }
    let list = topics::all();
    let in_list = list.topics.iter().flat_map(|topic| {
        let readers = topic.consumers.iter();
        readers.map(|reader| (topic.name.clone(), reader.as_str()))
    });
    let in_list: BTreeSet<(String, &str)> = in_list.collect();

    let unlisted: Vec<_> = in_code.difference(&in_list).collect();
    let unread: Vec<_> = in_list.difference(&in_code).collect();
    assert!(
        unlisted.is_empty() && unread.is_empty(),
        "read and not listed: {unlisted:?}; listed and not read: {unread:?}"
    );
}

#[test]
fn every_handler_is_started() {
    let found = handlers();
    assert!(found.len() > 10, "handlers found: {}", found.len());
    for handler in found {
        // Handed over as the last argument of whatever starts consumers.
        let handed_over = format!("{})", handler.name);
        assert!(
            starting(handler.service).contains(&handed_over),
            "nobody starts {handler:?}"
        );
    }
}

fn handlers() -> Vec<Handler> {
    let per_service = SERVICES.into_iter().flat_map(|service| {
        let files = sources(&folder(service).join("events"));
        files.into_iter().filter_map(move |file| handler(service, &file))
    });
    per_service.collect()
}

fn handler(service: &'static str, file: &Path) -> Option<Handler> {
    let text = fs::read_to_string(file).expect("a source");
    let (_, rest) = HANDLERS.iter().find_map(|begins| text.split_once(begins))?;
    let name = rest.split([' ', '<']).next().expect("a name").to_owned();
    let (_, topic) = rest.split_once(TOPIC).expect("a handler names its topic");
    let topic = topic.split('"').next().expect("a text ends").to_owned();
    Some(Handler { service, name, topic })
}

/// Where the parts of a service are put together.
fn starting(service: &str) -> String {
    fs::read_to_string(folder(service).join("lib.rs")).expect("every service has one")
}

fn folder(service: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../services/{service}/src"))
}

/// None of a service that hears of nothing.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
