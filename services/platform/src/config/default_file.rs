//! The documented default file of a service, written from the types' own examples. A test in each service compares it
//! with the committed `config.default.toml`, so that file and code cannot part.

use std::collections::BTreeMap;
use std::fmt::Write;

use toml::{Table, Value};

use super::load::to_table;
use super::{ConfigError, Key, PlatformConfig, Section};

const WIDTH: usize = 100;

/// The text of `config.default.toml`. A key without documentation is an error.
pub fn default_file<C: Section>(service: &str) -> Result<String, ConfigError> {
    let mut example = to_table(&PlatformConfig::example(service, C::peers()));
    example.extend(to_table(&C::example(service)));
    written(service, example, documented::<C>())
}

/// An example with its documentation as the text of a file.
pub(crate) fn written(
    service: &str,
    example: Table,
    documented: Vec<(String, &'static str)>,
) -> Result<String, ConfigError> {
    let mut values = BTreeMap::new();
    flatten("", example, &mut values);
    let mut text = heading(service);
    let mut section = String::new();
    for (name, meaning) in documented {
        let (table, key) = name.rsplit_once('.').unwrap_or(("", &name));
        if table != section {
            table.clone_into(&mut section);
            write!(text, "\n[{section}]\n").expect("writing to a text cannot fail");
        }
        write_key(&mut text, key, meaning, values.remove(&name).as_ref());
    }
    match values.into_keys().next() {
        Some(key) => Err(ConfigError::at(key, "has no documentation")),
        None => Ok(text),
    }
}

fn heading(service: &str) -> String {
    let prefix = service.to_uppercase();
    format!(
        "# Configuration of the service {service}, written from its types: change it there.\n\
         # Every key can be set from the environment too: {prefix}__DB__POOL_SIZE is [db] pool_size.\n\n"
    )
}

fn documented<C: Section>() -> Vec<(String, &'static str)> {
    let own = C::KEYS
        .iter()
        .map(|Key { name, meaning }| ((*name).to_owned(), *meaning));
    PlatformConfig::documented(C::peers())
        .into_iter()
        .chain(own)
        .collect()
}

fn flatten(path: &str, table: Table, values: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let path = if path.is_empty() {
            key
        } else {
            format!("{path}.{key}")
        };
        if let Value::Table(below) = value {
            flatten(&path, below, values);
        } else {
            values.insert(path, value);
        }
    }
}

fn write_key(text: &mut String, key: &str, meaning: &str, value: Option<&Value>) {
    for line in wrapped(meaning) {
        writeln!(text, "# {line}").expect("writing to a text cannot fail");
    }
    match value {
        Some(value) => writeln!(text, "{key} = {value}"),
        None => writeln!(text, "# {key} ="),
    }
    .expect("writing to a text cannot fail");
}

fn wrapped(meaning: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in meaning.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines
}
