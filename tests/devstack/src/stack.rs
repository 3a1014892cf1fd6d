//! All processes of the stack. Starting goes from the surroundings to the services, stopping the other way round; whoever
//! drops a stack kills what still runs.

mod plan;
mod services;

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::future::join_all;
use support::ca::Authority;
use support::kafka::{self, Broker};
use support::ports::ReservedPort;
use support::postgres::{self, Cluster};
use support::process::Process;
use support::ready;
use support::service::{self, Service};

use crate::progress::Progress;

pub use plan::{Plan, Ports};
pub use services::{BankidFiles, OTHERS, ReceiverFiles, built_pages};

const STARTED: Duration = Duration::from_mins(1);
const STOPPED: Duration = Duration::from_secs(10);

/// A running stack.
pub struct Stack {
    pub plan: Plan,
    pub authority: Authority,
    pub postgres: Cluster,
    pub kafka: Broker,
    pub bankid: Process,
    pub messages: Process,
    pub receivers: Process,
    pub identity: Service,
    pub staff: Service,
    /// The other services by name.
    pub others: BTreeMap<&'static str, Service>,
}

impl Stack {
    /// Starts everything and waits until all of it is ready.
    pub async fn start(mut plan: Plan, progress: Progress) -> Result<Self> {
        let authority = Authority::open(plan.folder.join("ca"))?;
        let ports = plan.take_surroundings_ports();
        let postgres = postgres_options(&plan, ports.postgres);
        let kafka = kafka_options(&plan, ports.kafka, ports.kafka_controller);
        // None of them needs another, and the broker takes longer than the rest together.
        let (postgres, kafka, bankid, messages, receivers) = tokio::try_join!(
            progress.step("PostgreSQL", Cluster::start(postgres)),
            progress.step(
                "Kafka (its jars are fetched the first time)",
                start_kafka(kafka, &authority),
            ),
            progress.step("BankID simulator", start_bankid(&plan)),
            progress.step("messages simulator", start_messages(&plan)),
            progress.step("receivers ESF and SCB", start_receivers(&plan, &authority)),
        )?;
        let services = services::Surroundings {
            plan: &plan,
            authority: &authority,
            database_url: postgres.url("postgres"),
            brokers: kafka.address(),
        };
        let started = progress.step("services", services.start()).await?;
        Ok(Self {
            plan,
            authority,
            postgres,
            kafka,
            bankid,
            messages,
            receivers,
            identity: started.identity,
            staff: started.staff,
            others: started.others,
        })
    }

    /// A running service by its name.
    pub fn service(&mut self, name: &str) -> Result<&mut Service> {
        match name {
            "identity" => Ok(&mut self.identity),
            "staff" => Ok(&mut self.staff),
            other => self
                .others
                .get_mut(other)
                .with_context(|| format!("{other} does not run")),
        }
    }

    /// Ends everything in order; what does not end in time is killed.
    pub async fn stop(mut self) -> Result<()> {
        // The door first, then what is behind it.
        let gateway = match self.others.remove("gateway") {
            Some(mut gateway) => gateway.stop().await,
            None => Ok(()),
        };
        let others = join_all(self.others.values_mut().map(Service::stop)).await;
        let services = tokio::join!(self.identity.stop(), self.staff.stop());
        let others = others.into_iter().fold(gateway, Result::and);
        let simulators = tokio::join!(
            self.bankid.terminate(STOPPED),
            self.messages.terminate(STOPPED),
            self.receivers.terminate(STOPPED)
        );
        let kafka = self.kafka.stop().await;
        let postgres = self.postgres.stop().await;
        others.and(services.0).and(services.1).and(kafka).and(postgres)?;
        simulators.0.and(simulators.1).and(simulators.2).map(drop)
    }

    /// Fails, saying which and why, as soon as one of the processes has ended by itself.
    pub async fn watch(&mut self) -> Result<()> {
        let mut pulse = tokio::time::interval(Duration::from_millis(500));
        loop {
            pulse.tick().await;
            self.postgres.process().ensure_running()?;
            self.kafka.process().ensure_running()?;
            self.bankid.ensure_running()?;
            self.messages.ensure_running()?;
            self.identity.process().ensure_running()?;
            self.staff.process().ensure_running()?;
            self.receivers.ensure_running()?;
            for service in self.others.values_mut() {
                service.process().ensure_running()?;
            }
        }
    }

    /// Where everything answers, as lines of (what, address).
    pub fn addresses(&self) -> Vec<(String, String)> {
        let plan = &self.plan;
        let phone = format!("http://{}", plan.ports.bankid_control.address());
        let mut lines = vec![
            ("browsers".to_owned(), plan.browsers_url()),
            ("suppliers (mutual TLS)".to_owned(), plan.suppliers_url()),
            ("BankID phone".to_owned(), phone),
            ("messages sent".to_owned(), plan.messages_url()),
            ("receivers' control".to_owned(), plan.receivers_control_url()),
        ];
        let all = [("identity", &self.identity), ("staff", &self.staff)];
        let others = self.others.iter().map(|(name, service)| (*name, service));
        let all: Vec<_> = all.into_iter().chain(others).collect();
        let behind = all.iter().filter(|(name, _)| *name != "gateway");
        lines.extend(behind.map(|(name, service)| (format!("{name} (gRPC, mutual TLS)"), service.address())));
        let measured = all.iter().map(|(name, service)| {
            (
                format!("metrics of {name}"),
                format!("{}/metrics", service.admin_url()),
            )
        });
        lines.extend(measured);
        lines.extend([
            ("PostgreSQL".to_owned(), self.postgres.url("postgres")),
            ("Kafka (mutual TLS)".to_owned(), self.kafka.address()),
            (
                "certificates".to_owned(),
                plan.folder.join("ca").display().to_string(),
            ),
            ("logs".to_owned(), plan.log_folder().display().to_string()),
        ]);
        lines
    }
}

fn postgres_options(plan: &Plan, port: ReservedPort) -> postgres::Options {
    let log_file = plan.log_file("postgres");
    postgres::Options {
        folder: plan.folder.join("postgres"),
        log_file,
        port,
        durable: plan.is_durable,
    }
}

fn kafka_options(plan: &Plan, port: ReservedPort, controller_port: ReservedPort) -> kafka::Options {
    kafka::Options {
        folder: plan.folder.join("kafka/broker"),
        log_file: plan.log_file("kafka"),
        port,
        controller_port,
        proxy: None,
        super_users: Vec::new(),
    }
}

async fn start_kafka(options: kafka::Options, authority: &Authority) -> Result<Broker> {
    let broker = Broker::start(options, authority).await?;
    broker.apply_topics().await?;
    Ok(broker)
}

async fn start_bankid(plan: &Plan) -> Result<Process> {
    let (listen, control) = (plan.ports.bankid.address(), plan.ports.bankid_control.address());
    let mut command = Command::new(service::program("bankid-simulator")?);
    command.arg("--state").arg(plan.folder.join("bankid"));
    command
        .arg("--listen")
        .arg(listen.to_string())
        .arg("--control")
        .arg(control.to_string());
    command.arg("--clock-offset-file").arg(plan.clock_offset_file()?);
    let mut process = Process::spawn(
        "bankid-simulator",
        &mut command,
        &plan.log_file("bankid-simulator"),
    )?;
    ready::tcp(&mut process, listen, STARTED).await?;
    ready::tcp(&mut process, control, STARTED).await?;
    Ok(process)
}

async fn start_messages(plan: &Plan) -> Result<Process> {
    let (http, smtp) = (
        plan.ports.messages_http.address(),
        plan.ports.messages_smtp.address(),
    );
    let mut command = Command::new(service::program("messages-simulator")?);
    command
        .arg("--http")
        .arg(http.to_string())
        .arg("--smtp")
        .arg(smtp.to_string());
    let mut process = Process::spawn(
        "messages-simulator",
        &mut command,
        &plan.log_file("messages-simulator"),
    )?;
    ready::http(&mut process, &format!("http://{http}/ready"), STARTED).await?;
    Ok(process)
}

async fn start_receivers(plan: &Plan, authority: &Authority) -> Result<Process> {
    let control = plan.ports.receivers_control.address();
    let mut command = Command::new(service::program("receivers-simulator")?);
    command.arg("--state").arg(plan.receivers_folder());
    command.arg("--client-ca").arg(authority.ca_file());
    let addresses = [
        ("--esf", plan.ports.receiver_esf.address()),
        ("--scb", plan.ports.receiver_scb.address()),
        ("--control", control),
    ];
    for (option, address) in addresses {
        command.arg(option).arg(address.to_string());
    }
    let mut process = Process::spawn(
        "receivers-simulator",
        &mut command,
        &plan.log_file("receivers-simulator"),
    )?;
    ready::http(&mut process, &format!("http://{control}/ready"), STARTED).await?;
    Ok(process)
}
