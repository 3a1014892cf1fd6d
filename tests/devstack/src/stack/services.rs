//! The services with the surroundings they are given: databases, certificates, addresses of each other and of the
//! simulators.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use futures::future::try_join_all;
use support::ca::Authority;
use support::files;
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

/// The files the receivers make for whoever delivers to them.
#[derive(Clone, Debug)]
pub struct ReceiverFiles {
    pub server_ca: PathBuf,
    pub esf_public_key: PathBuf,
    pub scb_public_key: PathBuf,
}

const GATEWAY: &str = "gateway";

/// All services beside identity and staff, in the order of their ports.
pub const OTHERS: [&str; 5] = ["participants", "attendance", "consent", "export", "gateway"];

/// Everything that runs of our own.
pub(super) struct Started {
    pub identity: Service,
    pub staff: Service,
    pub others: BTreeMap<&'static str, Service>,
}

impl ReceiverFiles {
    pub fn of(state: &Path) -> Self {
        Self {
            server_ca: state.join("server-ca.pem"),
            esf_public_key: state.join("esf.public-key"),
            scb_public_key: state.join("scb.public-key"),
        }
    }
}

impl Surroundings<'_> {
    /// Migrates all, then starts all at once: they call each other and none waits for another to be ready.
    pub async fn start(&self) -> Result<Started> {
        let (identity, staff) = (self.identity().await?, self.staff().await?);
        let others = self.others().await?;
        let stateful = others.iter().filter(|(name, _)| *name != GATEWAY);
        let migrated = [&identity, &staff]
            .into_iter()
            .chain(stateful.map(|(_, builder)| builder));
        try_join_all(migrated.map(ServiceBuilder::migrate)).await?;
        let others = others
            .into_iter()
            .map(|(name, builder)| async move { anyhow::Ok((name, builder.serve().await?)) });
        let (identity, staff, others) =
            tokio::try_join!(identity.serve(), staff.serve(), try_join_all(others))?;
        Ok(Started {
            identity,
            staff,
            others: others.into_iter().collect(),
        })
    }

    async fn others(&self) -> Result<Vec<(&'static str, ServiceBuilder)>> {
        let mut builders = Vec::new();
        for name in self.plan.others {
            builders.push((*name, self.other(name).await?));
        }
        Ok(builders)
    }

    async fn other(&self, name: &str) -> Result<ServiceBuilder> {
        let ports = &self.plan.ports;
        match name {
            "participants" => {
                self.calling("participants", &ports.participants, &["identity", "staff"])
                    .await
            }
            "attendance" => {
                self.calling("attendance", &ports.attendance, &["identity", "staff"])
                    .await
            }
            "consent" => {
                self.calling("consent", &ports.consent, &["identity", "staff"])
                    .await
            }
            "export" => self.export().await,
            GATEWAY => self.gateway(),
            other => bail!("{other} is no service"),
        }
    }

    async fn calling(&self, name: &str, ports: &ServicePorts, peers: &[&str]) -> Result<ServiceBuilder> {
        let service = self.service(name, ports).await?;
        Ok(peers.iter().fold(service, |service, peer| {
            service.peer(peer, &self.address_of(peer))
        }))
    }

    async fn export(&self) -> Result<ServiceBuilder> {
        let plan = self.plan;
        let files = ReceiverFiles::of(&plan.receivers_folder());
        let own = self.authority.service("export")?;
        let text = |path: &Path| path.display().to_string();
        let service = self
            .calling("export", &plan.ports.export, &["identity", "staff", "consent"])
            .await?
            .set("store.folder", text(&plan.object_folder()))
            // Nobody waits a minute for what broke off.
            .set("sending.timeout_seconds", 20)
            .set("sending.window_seconds", 25)
            .set("sending.first_pause_ms", 200)
            .set("sending.longest_pause_seconds", 2);
        let recipients = [
            ("esf", &plan.ports.receiver_esf, &files.esf_public_key),
            ("scb", &plan.ports.receiver_scb, &files.scb_public_key),
        ];
        Ok(recipients
            .into_iter()
            .fold(service, |service, (name, port, public_key)| {
                let key = |key: &str| format!("recipients.{name}.{key}");
                service
                    .set(&key("url"), format!("https://localhost:{}", port.number()))
                    .set(&key("ca_file"), text(&files.server_ca))
                    .set(&key("certificate_file"), text(&own.certificate_file))
                    .set(&key("key_file"), text(&own.key_file))
                    .set(&key("public_key_file"), text(public_key))
            }))
    }

    fn gateway(&self) -> Result<ServiceBuilder> {
        let plan = self.plan;
        let own = self.authority.service(GATEWAY)?;
        let text = |path: &Path| path.display().to_string();
        let csrf_key = plan.folder.join("services/gateway.csrf-key");
        if !csrf_key.exists() {
            files::replace(&csrf_key, &secret(32))?;
        }
        let service = self
            .bare(GATEWAY, &plan.ports.gateway)?
            .stateless()
            .set("browsers.listen", plan.ports.gateway.grpc.address().to_string())
            .set("browsers.origins", vec![Value::from(plan.browsers_url())])
            .set(
                "suppliers.listen",
                plan.ports.gateway_suppliers.address().to_string(),
            )
            .set("suppliers.ca_file", text(&own.ca_file))
            .set("suppliers.certificate_file", text(&own.certificate_file))
            .set("suppliers.key_file", text(&own.key_file))
            .set("csrf.key_file", text(&csrf_key))
            // Everybody here has one address.
            .set("limits.calls_per_second", 2_000)
            .set("limits.calls_burst", 4_000)
            .set("limits.sign_ins_per_minute", 2_000);
        let service = match built_pages() {
            Some(pages) => service.set("browsers.static_folder", text(&pages)),
            None => service,
        };
        let behind = [
            "identity",
            "staff",
            "participants",
            "attendance",
            "consent",
            "export",
        ];
        Ok(behind.iter().fold(service, |service, peer| {
            service.peer(peer, &self.address_of(peer))
        }))
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
            // Everybody here has one address.
            .set("bankid.starts_per_minute", 2_000)
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
        Ok(self.bare(name, ports)?.database(&database).kafka(&self.brokers))
    }

    fn bare(&self, name: &str, ports: &ServicePorts) -> Result<ServiceBuilder> {
        let builder = ServiceBuilder::new(
            name,
            &self.plan.folder.join("services"),
            &self.authority.service(name)?,
        )?;
        let builder = match &self.plan.otlp_endpoint {
            Some(endpoint) => builder.otlp(endpoint),
            None => builder,
        };
        let off = if self.plan.has_additions {
            Vec::new()
        } else {
            additions(name)?
        };
        let builder = off
            .iter()
            .fold(builder, |builder, addition| builder.set(addition, false));
        Ok(builder
            .ports(ports.clone())
            .log_folder(&self.plan.log_folder())
            .set(
                "clock.offset_file",
                self.plan.clock_offset_file()?.display().to_string(),
            ))
    }

    fn address_of(&self, service: &str) -> String {
        let ports = &self.plan.ports;
        address(match service {
            "identity" => &ports.identity,
            "staff" => &ports.staff,
            "participants" => &ports.participants,
            "attendance" => &ports.attendance,
            "consent" => &ports.consent,
            _ => &ports.export,
        })
    }
}

fn address(ports: &ServicePorts) -> String {
    format!("https://localhost:{}", ports.grpc.number())
}

/// Every switch of a service's additions, from the file that is generated of its configuration: one that is added is
/// switched off with the others.
fn additions(service: &str) -> Result<Vec<String>> {
    let file = files::workspace_root().join(format!("services/{service}/config.default.toml"));
    let table: toml::Table = std::fs::read_to_string(file)?.parse()?;
    let switches = table.get("additions").and_then(Value::as_table);
    let names = switches.into_iter().flat_map(toml::Table::keys);
    Ok(names.map(|name| format!("additions.{name}")).collect())
}

/// The browser client, once `make web` has built it.
pub fn built_pages() -> Option<PathBuf> {
    let folder = files::workspace_root().join("services/web/dist");
    folder.join("version.txt").exists().then_some(folder)
}

fn secret(bytes: usize) -> String {
    (0..bytes.div_ceil(6)).map(|_| files::unique("")).collect()
}
