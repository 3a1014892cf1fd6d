//! The broker all tests share: that of the surroundings `devstack test-surroundings` made, or one that the first test
//! starts and that ends by itself when no test process is left.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use rdkafka::ClientConfig;
use tokio::sync::OnceCell;

use super::acl::{self, Grant};
use super::{ADMINISTRATOR, Broker, Options, admin};
use crate::ca::{Authority, Identity};
use crate::shared::{self, Lease, Started};
use crate::{files, ports};

/// The principal of tests, which may do everything on the shared broker.
pub const TESTER: &str = "tester";

/// A broker tests can use, with the authority that makes principals on it.
pub struct Kafka {
    brokers: String,
    authority: Authority,
    _lease: Option<Lease>,
}

/// The shared broker; started by the first test that asks when the surroundings gave none.
pub async fn shared() -> Result<&'static Kafka> {
    static SHARED: OnceCell<Kafka> = OnceCell::const_new();
    SHARED.get_or_try_init(find_or_start).await
}

impl Kafka {
    /// A broker somebody else started.
    pub fn at(brokers: &str, authority: Authority) -> Self {
        Self {
            brokers: brokers.to_owned(),
            authority,
            _lease: None,
        }
    }

    pub fn brokers(&self) -> &str {
        &self.brokers
    }

    /// The authority the broker trusts; certificates of services and other principals are made by it.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    pub fn identity(&self, principal: &str) -> Result<Identity> {
        self.authority.service(principal)
    }

    /// The settings of an rdkafka client that comes as the given principal.
    pub fn client_config(&self, principal: &str) -> Result<ClientConfig> {
        Ok(admin::client_config(&self.brokers, &self.identity(principal)?))
    }

    /// Makes a topic no other test uses, with settings over the broker's own, and returns its name.
    pub async fn fresh_topic(&self, partitions: u16, settings: &[(&str, &str)]) -> Result<String> {
        let name = files::unique("test.topic-");
        self.create_topic(&name, partitions, settings).await?;
        Ok(name)
    }

    pub async fn create_topic(&self, name: &str, partitions: u16, settings: &[(&str, &str)]) -> Result<()> {
        admin::create_topic(
            &self.brokers,
            &self.identity(ADMINISTRATOR)?,
            name,
            partitions,
            settings,
        )
        .await
    }

    pub async fn allow(&self, grants: &[Grant]) -> Result<()> {
        acl::create(&self.brokers, &self.identity(ADMINISTRATOR)?, grants).await
    }
}

async fn find_or_start() -> Result<Kafka> {
    if let (Some(brokers), Some(folder)) = (
        shared::given("TEST_KAFKA_BROKERS"),
        shared::given("TEST_KAFKA_CERTIFICATES"),
    ) {
        return Ok(Kafka::at(&brokers, Authority::open(PathBuf::from(folder))?));
    }
    let home = files::run_folder().join("test/kafka");
    let certificates = files::run_folder().join("test/certificates");
    let (lease, brokers) =
        shared::acquire(&home, "TERM", || start(home.clone(), certificates.clone())).await?;
    Ok(Kafka {
        brokers,
        authority: Authority::open(certificates)?,
        _lease: Some(lease),
    })
}

async fn start(home: PathBuf, certificates: PathBuf) -> Result<Started> {
    let folder = home.join("broker");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("cannot clear the data of an earlier broker")?;
    }
    let options = Options {
        folder,
        log_file: home.join("kafka.log"),
        port: ports::reserve()?,
        controller_port: ports::reserve()?,
        proxy: None,
        super_users: vec![TESTER.to_owned()],
    };
    let broker = Broker::start(options, &Authority::open(certificates)?).await?;
    broker.apply_topics().await?;
    let address = broker.address();
    Ok(Started {
        address,
        process: broker.into_process(),
    })
}
