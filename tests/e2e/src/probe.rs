//! A probe process and the questions it is asked. Its way to staff leads through a fault proxy, so that it can be cut off
//! from there and nobody else is.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, ensure};
use proto::policy::v1::Permission;
use serde::Deserialize;
use support::eventually::eventually;
use support::postgres::service_database;
use support::proxy::Proxy;
use support::service::{Service, ServiceBuilder};
use support::{ports, ports::ReservedPort};
use tokio::time::Instant;

use crate::accounts::Subject;
use crate::projection::Held;
use crate::world::World;

/// Between two questions while a time is measured.
const PACE: Duration = Duration::from_millis(5);
/// Whom the probe passes for: a service that may read the topic and call staff.
const SERVICE: &str = "participants";
/// Its database is its own: the service whose name it takes may run beside it.
const DATABASE: &str = "probe";

/// A running probe.
pub struct Probe {
    pub process: Service,
    /// The way to staff.
    pub staff_line: Proxy,
    listen: ReservedPort,
    http: reqwest::Client,
}

/// What a probe answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Decision {
    pub allowed: bool,
    pub reason: String,
    pub revision: Option<String>,
}

impl Probe {
    /// Starts a probe and waits until it is ready.
    pub async fn start(world: &World, label: &str) -> Result<Self> {
        let mut probe = Self::launch(world, label).await?;
        probe.process.wait_until_ready().await?;
        Ok(probe)
    }

    /// Starts a probe and does not wait.
    pub async fn launch(world: &World, label: &str) -> Result<Self> {
        let listen = ports::reserve()?;
        let staff_line = Proxy::start(world.stack.staff.grpc_address(), 1).await?;
        let plan = plan(world, label, listen.address(), staff_line.address()).await?;
        plan.migrate().await?;
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self {
            process: plan.launch()?,
            staff_line,
            listen,
            http,
        })
    }

    /// What it would let the account do.
    pub async fn decide(
        &self,
        subject: &Subject,
        permission: Permission,
        unit: Option<&str>,
    ) -> Result<Decision> {
        let mut question = vec![
            ("account", subject.account_id.as_str()),
            ("person", subject.person_id.as_str()),
            ("permission", permission.as_str_name()),
        ];
        question.extend(unit.map(|unit| ("unit", unit)));
        let answer = self.http.get(self.url("decide")).query(&question).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Everything it decides by.
    pub async fn dump(&self) -> Result<Vec<Held>> {
        let answer = self.http.get(self.url("dump")).send().await?.error_for_status()?;
        let held: Vec<Held> = answer.json().await?;
        Ok(held.into_iter().map(Held::sorted).collect())
    }

    /// The revision it holds of an account.
    pub async fn revision(&self, subject: &Subject) -> Result<Option<String>> {
        Ok(self
            .decide(subject, Permission::ReportAndPlan, None)
            .await?
            .revision)
    }

    /// Waits until it allows or refuses.
    pub async fn comes_to(
        &self,
        is_allowed: bool,
        subject: &Subject,
        permission: Permission,
        within: Duration,
    ) {
        eventually(within, || async {
            let decision = self
                .decide(subject, permission, None)
                .await
                .map_err(|error| format!("{error:#}"))?;
            if decision.allowed == is_allowed {
                Ok(())
            } else {
                Err(format!("{decision:?}"))
            }
        })
        .await;
    }

    /// How long after `since` it refuses; fails when it has not within `limit`.
    pub async fn refuses_after(
        &self,
        since: Instant,
        subject: &Subject,
        permission: Permission,
        limit: Duration,
    ) -> Result<Duration> {
        let mut pace = tokio::time::interval(PACE);
        while self.decide(subject, permission, None).await?.allowed {
            ensure!(since.elapsed() < limit, "still allowed after {limit:?}");
            pace.tick().await;
        }
        Ok(since.elapsed())
    }

    fn url(&self, page: &str) -> String {
        format!("http://{}/{page}", self.listen.address())
    }
}

async fn plan(world: &World, label: &str, listen: SocketAddr, staff: SocketAddr) -> Result<ServiceBuilder> {
    let stack = &world.stack;
    let database = service_database(&stack.postgres.url("postgres"), DATABASE).await?;
    let identity = stack.authority.service(SERVICE)?;
    let folder = stack.plan.folder.join("services");
    let builder = ServiceBuilder::new("probe", &folder, &identity)?.replica(label)?;
    Ok(builder
        .log_folder(&stack.plan.log_folder())
        .database(&database)
        .kafka(&stack.kafka.address())
        .peer("staff", &format!("https://localhost:{}", staff.port()))
        .peer("identity", &stack.identity.address())
        .set("probe.listen", listen.to_string())
        .set(
            "clock.offset_file",
            stack.plan.clock_offset_file()?.display().to_string(),
        ))
}
