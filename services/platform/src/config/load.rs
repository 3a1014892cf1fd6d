//! From file and environment to typed sections. The environment is laid over the file's table before anything is
//! typed, so that both are judged by the same rules.

use std::ffi::OsString;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{ConfigError, PlatformConfig, Section};

/// A whole configuration: the sections of every service, and those of this one.
#[derive(Clone, Debug)]
pub struct Configuration<C> {
    /// What every service has.
    pub platform: PlatformConfig,
    /// What only this service has.
    pub service: C,
}

impl<C: Section> Configuration<C> {
    /// Reads the file and lays this process's environment over it.
    pub fn load(service: &str, file: &Path) -> Result<Self, ConfigError> {
        Self::parse(service, &read(file)?, environment())
    }

    /// Reads `text` and lays the given environment variables over it; only those of this service count.
    pub fn parse(
        service: &str,
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let configuration = Self::from_table(table_of(service, text, variables)?)?;
        configuration.check()?;
        Ok(configuration)
    }

    /// The whole configuration as it was understood, without its secrets.
    pub fn redacted(&self) -> String {
        let mut table = to_table(&self.platform);
        table.extend(to_table(&self.service));
        toml::to_string(&table).expect("a table of plain values is TOML")
    }

    fn from_table(table: Table) -> Result<Self, ConfigError> {
        let (platform, service): (Table, Table) = table
            .into_iter()
            .partition(|(key, _)| PlatformConfig::SECTIONS.contains(&key.as_str()));
        Ok(Self {
            platform: typed(platform)?,
            service: typed(service)?,
        })
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.platform.check(C::peers())?;
        self.service.check(self.platform.environment)
    }
}

/// The text of a configuration file.
pub(crate) fn read(file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file)
        .map_err(|error| ConfigError::whole(format!("cannot read {}: {error}", file.display())))
}

/// The variables of this process that are text. One that is not cannot be ours, and must not stop us.
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    let text_only =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text_only)
}

/// The text as a table with the variables of `service` laid over it.
pub(crate) fn table_of(
    service: &str,
    text: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Table, ConfigError> {
    let mut table = text.parse::<Table>().map_err(|error| not_toml(text, &error))?;
    let prefix = format!("{}__", service.to_uppercase());
    for (name, value) in variables {
        if let Some(path) = name.strip_prefix(&prefix) {
            overlay(&mut table, &path.to_lowercase(), &value)?;
        }
    }
    Ok(table)
}

/// The sections as a table, secrets redacted.
pub(crate) fn to_table(sections: &impl serde::Serialize) -> Table {
    Table::try_from(sections).expect("a section holds plain values under text keys")
}

fn overlay(table: &mut Table, path: &str, value: &str) -> Result<(), ConfigError> {
    let mut names = path.split("__").peekable();
    let mut place = table;
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            place.insert(name.to_owned(), from_environment(value));
            break;
        }
        let below = place.entry(name).or_insert_with(|| Value::Table(Table::new()));
        let misfit = || {
            ConfigError::at(
                path.replace("__", "."),
                "the environment names a key below a value",
            )
        };
        place = below.as_table_mut().ok_or_else(misfit)?;
    }
    Ok(())
}

// A number, a truth value, a list or a quoted text is what it looks like; all else is text.
fn from_environment(value: &str) -> Value {
    let line = format!("value = {value}");
    let parsed = line.parse::<Table>().ok().filter(|table| table.len() == 1);
    parsed
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(value.to_owned()))
}

/// A table as the sections it must hold.
pub(crate) fn typed<T: DeserializeOwned>(table: Table) -> Result<T, ConfigError> {
    Value::Table(table).try_into().map_err(|error| refusal(&error))
}

fn not_toml(text: &str, error: &toml::de::Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    ConfigError::whole(format!("line {line} is not TOML"))
}

// The library's message may quote the refused value, and any value may be a secret: only what was expected is kept.
fn refusal(error: &toml::de::Error) -> ConfigError {
    let message = error.message();
    let shown = error.to_string();
    let section = shown
        .rsplit_once("\nin `")
        .map(|(_, path)| path.trim_end().trim_end_matches('`'));
    let field = message.split('`').nth(1).unwrap_or_default();
    let (field, problem) = if message.starts_with("unknown field") {
        (Some(field), "unknown key".to_owned())
    } else if message.starts_with("missing field") {
        (Some(field), "missing".to_owned())
    } else if let Some((_, expected)) = message.rsplit_once(", expected ") {
        (None, format!("must be {expected}"))
    } else {
        (None, "not a valid value".to_owned())
    };
    let key = [section, field]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(".");
    ConfigError::at(key, problem)
}
