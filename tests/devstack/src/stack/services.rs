//! The services with the surroundings they are given: databases, certificates, addresses of each other and of the
//! simulators.

use std::path::{Path, PathBuf};

use anyhow::Result;
use support::ca::Authority;
use support::postgres::service_database;
use support::service::{Service, ServiceBuilder, ServicePorts};
use toml::Value;

use super::Plan;

/// What services are started with.
pub(super) struct Surroundings<'a> {
    pub plan: &'a Plan,
    pub authority: &'a Authority,
    pub database_url: String,
    pub brokers: String,
}

/// The files the BankID simulator makes for whoever relies on it.
#[derive(Clone, Debug)]
pub struct BankidFiles {
    pub server_ca: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub trust_anchor: PathBuf,
}

impl BankidFiles {
    pub fn of(state: &Path) -> Self {
        Self {
            server_ca: state.join("server-ca.pem"),
            certificate: state.join("rp.pem"),
            key: state.join("rp.key.pem"),
            trust_anchor: state.join("signature-root.pem"),
        }
    }
}

impl Surroundings<'_> {
    /// Migrates all, then starts all at once: they call each other and none waits for another to be ready.
    pub async fn start(&self) -> Result<(Service, Service)> {
        let (identity, staff) = (self.identity().await?, self.staff().await?);
        identity.migrate().await?;
        staff.migrate().await?;
        tokio::try_join!(identity.serve(), staff.serve())
    }

    async fn identity(&self) -> Result<ServiceBuilder> {
        let plan = self.plan;
        let bankid = BankidFiles::of(&plan.folder.join("bankid"));
        let path = |file: &Path| file.display().to_string();
        let policies = ["1.2.3.4.5", "1.2.3.4.10", "1.2.3.4.25"].map(Value::from);
        Ok(self
            .service("identity", &plan.ports.identity)
            .await?
            .peer("staff", &address(&plan.ports.staff))
            .set(
                "bankid.base_url",
                format!("https://localhost:{}/rp/v6.0/", plan.ports.bankid.number()),
            )
            .set("bankid.ca_file", path(&bankid.server_ca))
            .set("bankid.certificate_file", path(&bankid.certificate))
            .set("bankid.key_file", path(&bankid.key))
            .set("bankid.trust_anchors_file", path(&bankid.trust_anchor))
            .set("bankid.policies", policies.to_vec())
            .set(
                "bankid.participant_text.sv",
                "Du loggar in på dina sidor hos Deltaga.",
            )
            .set(
                "bankid.participant_text.en",
                "You are signing in to your pages at Deltaga.",
            )
            .set("bankid.staff_text.sv", "Du loggar in som personal hos Deltaga.")
            .set("bankid.staff_text.en", "You are signing in as staff at Deltaga.")
            .set("bankid.signing_heading.sv", "Du skriver under följande:")
            .set("bankid.signing_heading.en", "You are signing the following:")
            .set("messages.smtp_host", "127.0.0.1")
            .set("messages.smtp_port", i64::from(plan.ports.messages_smtp.number()))
            .set("messages.smtp_tls", false)
            .set("messages.sms_url", format!("{}/sms", plan.messages_url()))
            .set("messages.sender", "noreply@deltaga.example")
            .set("messages.public_url", "https://localhost:7401/"))
    }

    async fn staff(&self) -> Result<ServiceBuilder> {
        let plan = self.plan;
        Ok(self
            .service("staff", &plan.ports.staff)
            .await?
            .peer("identity", &address(&plan.ports.identity)))
    }

    async fn service(&self, name: &str, ports: &ServicePorts) -> Result<ServiceBuilder> {
        let database = service_database(&self.database_url, name).await?;
        let builder = ServiceBuilder::new(
            name,
            &self.plan.folder.join("services"),
            &self.authority.service(name)?,
        )?;
        let builder = match &self.plan.otlp_endpoint {
            Some(endpoint) => builder.otlp(endpoint),
            None => builder,
        };
        Ok(builder
            .ports(ports.clone())
            .log_folder(&self.plan.log_folder())
            .database(&database)
            .kafka(&self.brokers)
            .set(
                "clock.offset_file",
                self.plan.clock_offset_file()?.display().to_string(),
            ))
    }
}

fn address(ports: &ServicePorts) -> String {
    format!("https://localhost:{}", ports.grpc.number())
}
