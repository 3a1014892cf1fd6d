//! What a service process is started with: valid defaults for every section, changed by dotted path.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use super::{Service, program};
use crate::ca::Identity;
use crate::files;
use crate::ports::{self, ReservedPort};
use crate::postgres::ServiceDatabase;
use crate::process::Process;

const MIGRATED: Duration = Duration::from_mins(2);

/// The ports of one service process.
#[derive(Clone, Debug)]
pub struct ServicePorts {
    pub grpc: Arc<ReservedPort>,
    pub admin: Arc<ReservedPort>,
    pub health: Arc<ReservedPort>,
}

/// Describes a service process; a test sets only what it is about.
#[derive(Clone, Debug)]
pub struct ServiceBuilder {
    name: String,
    pub(super) label: String,
    program: PathBuf,
    folder: PathBuf,
    log_folder: PathBuf,
    pub(super) ports: ServicePorts,
    identity: Identity,
    config: Table,
    environment: Vec<(String, String)>,
    is_stateless: bool,
}

impl ServicePorts {
    /// Three free ports, for tests.
    pub fn reserve() -> Result<Self> {
        let port = || ports::reserve().map(Arc::new);
        Ok(Self {
            grpc: port()?,
            admin: port()?,
            health: port()?,
        })
    }

    /// Three ports in a row from the given one, for the development stack.
    pub fn fixed(service: &str, first: u16) -> Result<Self> {
        let port = |offset, purpose| {
            ReservedPort::fixed(first + offset, &format!("{service} {purpose}")).map(Arc::new)
        };
        Ok(Self {
            grpc: port(0, "grpc")?,
            admin: port(1, "admin")?,
            health: port(2, "health")?,
        })
    }
}

impl ServiceBuilder {
    /// A service with its identity; configuration, keys and logs lie in the folder.
    pub fn new(name: &str, folder: &Path, identity: &Identity) -> Result<Self> {
        let ports = ServicePorts::reserve()?;
        let key_file = key_encryption_key(folder, name)?;
        let builder = Self {
            name: name.to_owned(),
            label: name.to_owned(),
            program: program(name)?,
            folder: folder.to_path_buf(),
            log_folder: folder.join("log"),
            ports,
            identity: identity.clone(),
            config: Table::new(),
            environment: Vec::new(),
            is_stateless: false,
        };
        Ok(builder
            .set("environment", "development")
            .set("telemetry.level", "info")
            .set("telemetry.format", "text")
            .set("keys.key_encryption_key_file", key_file.display().to_string())
            .identified_by(identity))
    }

    /// Another process of the same service, with its own ports, file and log.
    pub fn replica(&self, label: &str) -> Result<Self> {
        let mut replica = self.clone();
        label.clone_into(&mut replica.label);
        replica.ports = ServicePorts::reserve()?;
        Ok(replica)
    }

    #[must_use]
    pub fn identified_by(mut self, identity: &Identity) -> Self {
        self.identity = identity.clone();
        self.set("tls.ca_file", identity.ca_file.display().to_string())
            .set(
                "tls.certificate_file",
                identity.certificate_file.display().to_string(),
            )
            .set("tls.key_file", identity.key_file.display().to_string())
    }

    #[must_use]
    pub fn ports(mut self, ports: ServicePorts) -> Self {
        self.ports = ports;
        self
    }

    #[must_use]
    pub fn log_folder(mut self, folder: &Path) -> Self {
        self.log_folder = folder.to_path_buf();
        self
    }

    #[must_use]
    pub fn database(self, database: &ServiceDatabase) -> Self {
        self.set("db.application_url", database.application_url.as_str())
            .set("db.owner_url", database.owner_url.as_str())
    }

    #[must_use]
    pub fn kafka(self, brokers: &str) -> Self {
        self.set("kafka.brokers", brokers)
    }

    /// Keeps nothing: no database, no broker, no keys, no gRPC port. Its own ports are set by their paths.
    #[must_use]
    pub fn stateless(mut self) -> Self {
        self.is_stateless = true;
        self.unset("keys")
    }

    /// Where spans and metrics go.
    #[must_use]
    pub fn otlp(self, endpoint: &str) -> Self {
        self.set("telemetry.otlp_endpoint", endpoint)
    }

    /// Where another service answers.
    #[must_use]
    pub fn peer(self, service: &str, address: &str) -> Self {
        self.set(&format!("peers.{service}.address"), address)
    }

    /// Sets a key by its dotted path.
    #[must_use]
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        let mut keys: Vec<&str> = path.split('.').collect();
        let last = keys.pop().expect("a path has at least one key");
        let section = keys.into_iter().fold(&mut self.config, |table, key| {
            let entry = table.entry(key).or_insert_with(|| Value::Table(Table::new()));
            entry.as_table_mut().expect("a section is not also a value")
        });
        section.insert(last.to_owned(), value.into());
        self
    }

    /// Takes a key or a whole section away, to see the service refuse to start.
    #[must_use]
    pub fn unset(mut self, path: &str) -> Self {
        let (section, key) = path.rsplit_once('.').unwrap_or(("", path));
        let table = section
            .split('.')
            .filter(|key| !key.is_empty())
            .try_fold(&mut self.config, |table, key| {
                table.get_mut(key).and_then(Value::as_table_mut)
            });
        if let Some(table) = table {
            table.remove(key);
        }
        self
    }

    #[must_use]
    pub fn environment(mut self, variable: &str, value: &str) -> Self {
        self.environment.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// Runs one of the binary's commands to its end, in the foreground of the caller.
    pub async fn run(&self, arguments: &[&str]) -> Result<ExitStatus> {
        self.write_config()?;
        let log_file = self.log_file();
        let mut process = Process::spawn(&self.label, &mut self.command(arguments), &log_file)?;
        process.wait(MIGRATED).await
    }

    /// Brings the database to the schema of this binary.
    pub async fn migrate(&self) -> Result<()> {
        let status = self.run(&["migrate"]).await?;
        let log = self.log_file();
        ensure!(
            status.success(),
            "{} migrate ended with {status}:\n{}",
            self.name,
            files::tail(&log, 15)
        );
        Ok(())
    }

    /// Migrates, starts and waits until ready.
    pub async fn start(self) -> Result<Service> {
        self.migrate().await?;
        self.serve().await
    }

    /// Starts without migrating and waits until ready.
    pub async fn serve(self) -> Result<Service> {
        let mut service = self.launch()?;
        service.wait_until_ready().await?;
        Ok(service)
    }

    /// Starts and does not wait.
    pub fn launch(self) -> Result<Service> {
        self.write_config()?;
        let process = Process::spawn(&self.label, &mut self.command(&["serve"]), &self.log_file())?;
        Ok(Service::new(self, process))
    }

    pub fn log_file(&self) -> PathBuf {
        self.log_folder.join(format!("{}.log", self.label))
    }

    pub fn config_file(&self) -> PathBuf {
        self.folder.join(format!("{}.config.toml", self.label))
    }

    pub fn grpc_port(&self) -> u16 {
        self.ports.grpc.number()
    }

    fn write_config(&self) -> Result<()> {
        let listen = [
            ("grpc", &self.ports.grpc),
            ("admin", &self.ports.admin),
            ("health", &self.ports.health),
        ];
        let listen = listen
            .into_iter()
            .filter(|(name, _)| !(self.is_stateless && *name == "grpc"));
        let config = listen.fold(self.clone(), |builder, (name, port)| {
            builder.set(&format!("listen.{name}"), port.address().to_string())
        });
        files::replace(&self.config_file(), &toml::to_string(&config.config)?)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--config").arg(self.config_file());
        command.envs(self.environment.iter().map(|(variable, value)| (variable, value)));
        command
    }
}

// 32 random bytes in hex, made once per service and folder.
fn key_encryption_key(folder: &Path, name: &str) -> Result<PathBuf> {
    let file = folder.join(format!("{name}.key-encryption-key"));
    if !file.exists() {
        let mut key = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut key).context("the operating system gives no random bytes")?;
        files::replace(&file, &hex::encode(key))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ca::Authority;

    fn builder(folder: &Path) -> ServiceBuilder {
        let identity = Authority::open(folder.join("ca"))
            .unwrap()
            .service("staff")
            .unwrap();
        let ports = ServicePorts::reserve().unwrap();
        ServiceBuilder {
            name: "staff".to_owned(),
            label: "staff".to_owned(),
            program: "true".into(),
            folder: folder.to_path_buf(),
            log_folder: folder.join("log"),
            ports,
            identity,
            config: Table::new(),
            environment: Vec::new(),
            is_stateless: false,
        }
    }

    #[test]
    fn the_file_holds_what_was_set_by_dotted_path() {
        let folder = tempfile::tempdir().unwrap();
        let builder = builder(folder.path())
            .set("db.pool_size", 3)
            .set("environment", "development");
        builder.write_config().unwrap();
        let written: Table = std::fs::read_to_string(builder.config_file())
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(written["db"]["pool_size"].as_integer(), Some(3));
        assert_eq!(
            written["listen"]["grpc"].as_str(),
            Some(builder.ports.grpc.address().to_string().as_str())
        );
    }

    #[test]
    fn what_is_taken_away_is_not_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let builder = builder(folder.path())
            .set("db.pool_size", 3)
            .set("db.url", "x")
            .unset("db.pool_size");
        assert!(builder.config["db"].get("pool_size").is_none() && builder.config["db"].get("url").is_some());
    }
}
