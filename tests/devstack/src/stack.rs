//! All processes of the stack. Starting goes from the surroundings to the services, stopping the other way round; whoever
//! drops a stack kills what still runs.

mod plan;
mod services;

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use support::ca::Authority;
use support::kafka::{self, Broker};
use support::ports::ReservedPort;
use support::postgres::{self, Cluster};
use support::process::Process;
use support::ready;
use support::service::{self, Service};

use crate::progress::Progress;

pub use plan::{Plan, Ports};
pub use services::BankidFiles;

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
    pub identity: Service,
    pub staff: Service,
}

impl Stack {
    /// Starts everything and waits until all of it is ready.
    pub async fn start(mut plan: Plan, progress: Progress) -> Result<Self> {
        let authority = Authority::open(plan.folder.join("ca"))?;
        let ports = plan.take_surroundings_ports();
        let postgres = postgres_options(&plan, ports.postgres);
        let kafka = kafka_options(&plan, ports.kafka, ports.kafka_controller);
        let postgres = progress.step("PostgreSQL", Cluster::start(postgres)).await?;
        let kafka = progress
            .step(
                "Kafka (its jars are fetched the first time)",
                start_kafka(kafka, &authority),
            )
            .await?;
        let bankid = progress.step("BankID simulator", start_bankid(&plan)).await?;
        let messages = progress.step("messages simulator", start_messages(&plan)).await?;
        let services = services::Surroundings {
            plan: &plan,
            authority: &authority,
            database_url: postgres.url("postgres"),
            brokers: kafka.address(),
        };
        let (identity, staff) = progress
            .step("services identity and staff", services.start())
            .await?;
        Ok(Self {
            plan,
            authority,
            postgres,
            kafka,
            bankid,
            messages,
            identity,
            staff,
        })
    }

    /// Ends everything in order; what does not end in time is killed.
    pub async fn stop(mut self) -> Result<()> {
        let services = tokio::join!(self.identity.stop(), self.staff.stop());
        let simulators = tokio::join!(self.bankid.terminate(STOPPED), self.messages.terminate(STOPPED));
        let kafka = self.kafka.stop().await;
        let postgres = self.postgres.stop().await;
        services.0.and(services.1).and(kafka).and(postgres)?;
        simulators.0.and(simulators.1).map(drop)
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
        }
    }

    /// Where everything answers, as lines of (what, address).
    pub fn addresses(&self) -> Vec<(&'static str, String)> {
        let plan = &self.plan;
        vec![
            (
                "BankID phone",
                format!("http://{}", plan.ports.bankid_control.address()),
            ),
            ("messages sent", plan.messages_url()),
            ("identity (gRPC, mutual TLS)", self.identity.address()),
            ("staff (gRPC, mutual TLS)", self.staff.address()),
            (
                "identity metrics",
                format!("{}/metrics", self.identity.admin_url()),
            ),
            ("staff metrics", format!("{}/metrics", self.staff.admin_url())),
            ("PostgreSQL", self.postgres.url("postgres")),
            ("Kafka (mutual TLS)", self.kafka.address()),
            ("certificates", plan.folder.join("ca").display().to_string()),
            ("logs", plan.log_folder().display().to_string()),
        ]
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
