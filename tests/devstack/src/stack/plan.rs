//! Where a stack lives and on which ports: fixed ones for a person, free ones for tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use support::files;
use support::ports::{self, ReservedPort};
use support::service::ServicePorts;

use super::services::OTHERS;

/// Where a stack lives.
pub struct Plan {
    /// Everything the stack leaves behind.
    pub folder: PathBuf,
    pub ports: Ports,
    /// Whether commits reach the disk.
    pub is_durable: bool,
    /// Whether what Deltaga offers beyond the programmes' own forms is switched on.
    pub has_additions: bool,
    /// Where the services send spans and metrics by OTLP; nowhere if absent.
    pub otlp_endpoint: Option<String>,
    /// The services beside identity and staff that are started: all of them, unless a test needs fewer.
    pub others: &'static [&'static str],
    surroundings: Option<SurroundingsPorts>,
}

/// The ports of everything but the database and the broker, which keep theirs themselves.
pub struct Ports {
    pub bankid: ReservedPort,
    pub bankid_control: ReservedPort,
    pub messages_http: ReservedPort,
    pub messages_smtp: ReservedPort,
    pub receiver_esf: ReservedPort,
    pub receiver_scb: ReservedPort,
    pub receivers_control: ReservedPort,
    pub identity: ServicePorts,
    pub staff: ServicePorts,
    pub participants: ServicePorts,
    pub attendance: ServicePorts,
    pub consent: ServicePorts,
    pub export: ServicePorts,
    /// Its port for browsers stands where other services have gRPC.
    pub gateway: ServicePorts,
    pub gateway_suppliers: ReservedPort,
}

pub(super) struct SurroundingsPorts {
    pub postgres: ReservedPort,
    pub kafka: ReservedPort,
    pub kafka_controller: ReservedPort,
}

impl Plan {
    /// The stack of `make run`; refused, naming the port, when one of them is taken.
    pub fn fixed() -> Result<Self> {
        let surroundings = SurroundingsPorts {
            postgres: ReservedPort::fixed(7132, "PostgreSQL")?,
            kafka: ReservedPort::fixed(7193, "Kafka")?,
            kafka_controller: ReservedPort::fixed(7194, "Kafka controller")?,
        };
        let ports = Ports {
            bankid: ReservedPort::fixed(7170, "BankID simulator")?,
            bankid_control: ReservedPort::fixed(7171, "BankID phone")?,
            messages_http: ReservedPort::fixed(7211, "messages page")?,
            messages_smtp: ReservedPort::fixed(7212, "messages smtp")?,
            receiver_esf: ReservedPort::fixed(7221, "receiver ESF")?,
            receiver_scb: ReservedPort::fixed(7222, "receiver SCB")?,
            receivers_control: ReservedPort::fixed(7223, "receivers' control")?,
            identity: ServicePorts::fixed("identity", 7101)?,
            staff: ServicePorts::fixed("staff", 7111)?,
            participants: ServicePorts::fixed("participants", 7121)?,
            attendance: ServicePorts::fixed("attendance", 7141)?,
            consent: ServicePorts::fixed("consent", 7151)?,
            export: ServicePorts::fixed("export", 7161)?,
            gateway: gateway_ports()?,
            gateway_suppliers: ReservedPort::fixed(7181, "gateway for suppliers")?,
        };
        Ok(Self {
            folder: files::run_folder(),
            ports,
            is_durable: true,
            has_additions: true,
            otlp_endpoint: None,
            others: &OTHERS,
            surroundings: Some(surroundings),
        })
    }

    /// A stack on free ports in the given folder, for tests.
    pub fn free(folder: &Path) -> Result<Self> {
        let surroundings = SurroundingsPorts {
            postgres: ports::reserve()?,
            kafka: ports::reserve()?,
            kafka_controller: ports::reserve()?,
        };
        let ports = Ports {
            bankid: ports::reserve()?,
            bankid_control: ports::reserve()?,
            messages_http: ports::reserve()?,
            messages_smtp: ports::reserve()?,
            receiver_esf: ports::reserve()?,
            receiver_scb: ports::reserve()?,
            receivers_control: ports::reserve()?,
            identity: ServicePorts::reserve()?,
            staff: ServicePorts::reserve()?,
            participants: ServicePorts::reserve()?,
            attendance: ServicePorts::reserve()?,
            consent: ServicePorts::reserve()?,
            export: ServicePorts::reserve()?,
            gateway: ServicePorts::reserve()?,
            gateway_suppliers: ports::reserve()?,
        };
        Ok(Self {
            folder: folder.to_path_buf(),
            ports,
            is_durable: false,
            has_additions: true,
            otlp_endpoint: None,
            others: &OTHERS,
            surroundings: Some(surroundings),
        })
    }

    /// The one folder with every log.
    pub fn log_folder(&self) -> PathBuf {
        self.folder.join("log")
    }

    pub fn log_file(&self, name: &str) -> PathBuf {
        self.log_folder().join(format!("{name}.log"))
    }

    pub fn messages_url(&self) -> String {
        format!("http://{}", self.ports.messages_http.address())
    }

    pub fn bankid_control_url(&self) -> String {
        format!("http://{}", self.ports.bankid_control.address())
    }

    /// Where a service answers.
    pub fn grpc_url(&self, ports: &ServicePorts) -> String {
        format!("https://localhost:{}", ports.grpc.number())
    }

    pub fn receivers_control_url(&self) -> String {
        format!("http://{}", self.ports.receivers_control.address())
    }

    /// Where people's browsers go.
    pub fn browsers_url(&self) -> String {
        format!("http://localhost:{}", self.ports.gateway.grpc.number())
    }

    /// Where the systems of suppliers go, with their certificate.
    pub fn suppliers_url(&self) -> String {
        format!("https://localhost:{}", self.ports.gateway_suppliers.number())
    }

    /// Where export keeps sealed files until their receipt has come.
    pub fn object_folder(&self) -> PathBuf {
        self.folder.join("services/objects")
    }

    /// The receivers' keys, certificates and everything that arrived at them.
    pub fn receivers_folder(&self) -> PathBuf {
        self.folder.join("receivers")
    }

    /// The file by which time is moved for every process, made with no offset.
    pub fn clock_offset_file(&self) -> Result<PathBuf> {
        let file = self.folder.join("services/clock-offset");
        if !file.exists() {
            files::replace_with_mode(&file, "0\n", 0o644)?;
        }
        Ok(file)
    }

    pub(super) fn take_surroundings_ports(&mut self) -> SurroundingsPorts {
        self.surroundings.take().expect("a plan is started once")
    }
}

fn gateway_ports() -> Result<ServicePorts> {
    let port = |number, purpose| ReservedPort::fixed(number, purpose).map(Arc::new);
    Ok(ServicePorts {
        grpc: port(7180, "gateway for browsers")?,
        admin: port(7182, "gateway admin")?,
        health: port(7183, "gateway health")?,
    })
}
