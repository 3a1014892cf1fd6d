//! A configuration that cannot be run with ends the process before a port opens: exit code 78, and the key is named.
//! The test sits on every port itself, so that a process which opened one first would end for that reason.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use support::ca::Authority;
use support::eventually::try_eventually;
use support::files;
use support::postgres::ServiceDatabase;
use support::service::{ServiceBuilder, ServicePorts};
use tempfile::TempDir;

const SERVICES: [&str; 2] = ["identity", "staff"];
const BAD_CONFIGURATION: i32 = 78;

struct Shop {
    folder: TempDir,
    service: ServiceBuilder,
    _occupied: Vec<TcpListener>,
}

#[tokio::test]
async fn an_unknown_key_is_refused() -> Result<()> {
    refused("db.pool_sise", |service| service.set("db.pool_sise", 3)).await
}

#[tokio::test]
async fn an_unknown_section_is_refused() -> Result<()> {
    refused("databsae", |service| service.set("databsae.pool_size", 3)).await
}

#[tokio::test]
async fn a_missing_key_is_refused() -> Result<()> {
    refused("kafka.brokers", |service| service.unset("kafka.brokers")).await
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused() -> Result<()> {
    refused("db.pool_size", |service| service.set("db.pool_size", "three")).await
}

#[tokio::test]
async fn a_value_that_cannot_be_meant_is_refused() -> Result<()> {
    refused("listen.grpc", |service| {
        service
            .environment("STAFF__LISTEN__GRPC", "here")
            .environment("IDENTITY__LISTEN__GRPC", "here")
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_not_there_is_refused() -> Result<()> {
    refused("certificate_file", |service| {
        service.set("tls.certificate_file", "/nowhere/certificate.pem")
    })
    .await
}

#[tokio::test]
async fn a_key_file_that_is_not_there_is_refused() -> Result<()> {
    let key = "keys.key_encryption_key_file";
    refused(key, |service| service.set(key, "/nowhere/key")).await
}

#[tokio::test]
async fn a_missing_peer_is_refused() -> Result<()> {
    for (service, peer) in [("identity", "staff"), ("staff", "identity")] {
        let shop = Shop::open(service).await?;
        let broken = shop.service.clone().unset(&format!("peers.{peer}"));
        shop.refuses(broken, &format!("peers.{peer}")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_moved_clock_is_refused_in_production() -> Result<()> {
    for name in SERVICES {
        let shop = Shop::open(name).await?;
        let offset = shop.path("clock-offset");
        files::replace(&offset, "0\n")?;
        let moved = shop
            .service
            .clone()
            .set("clock.offset_file", offset.display().to_string());
        shop.refuses(moved.set("environment", "production"), "clock.offset_file")
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_clock_offset_that_is_no_number_is_refused() -> Result<()> {
    for name in SERVICES {
        let shop = Shop::open(name).await?;
        let offset = shop.path("clock-offset");
        files::replace(&offset, "tomorrow\n")?;
        let moved = shop
            .service
            .clone()
            .set("clock.offset_file", offset.display().to_string());
        shop.refuses(moved, "clock.offset_file").await?;
    }
    Ok(())
}

/// Both services, each broken in the same way, name the key.
async fn refused(key: &str, break_it: impl Fn(ServiceBuilder) -> ServiceBuilder) -> Result<()> {
    for name in SERVICES {
        let shop = Shop::open(name).await?;
        let broken = break_it(shop.service.clone());
        shop.refuses(broken, key).await?;
    }
    Ok(())
}

impl Shop {
    async fn open(name: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let identity = Authority::open(folder.path().join("ca"))?.service(name)?;
        let ports = ServicePorts::reserve()?;
        let listeners = [&ports.grpc, &ports.admin, &ports.health].map(|port| occupy(port.address()));
        let occupied = try_join_all(listeners).await?;
        let service = ServiceBuilder::new(name, folder.path(), &identity)?
            .ports(ports)
            .database(&nowhere(name))
            .kafka("localhost:1");
        let service = if name == "identity" {
            identity_sections(service)
        } else {
            service.peer("identity", "https://localhost:1")
        };
        Ok(Self {
            folder,
            service,
            _occupied: occupied,
        })
    }

    async fn refuses(&self, broken: ServiceBuilder, key: &str) -> Result<()> {
        let status = broken
            .run(&["serve"])
            .await
            .context("it neither starts nor ends")?;
        let said = std::fs::read_to_string(broken.log_file())?;
        ensure!(
            status.code() == Some(BAD_CONFIGURATION),
            "ended with {status} for {key}:\n{said}"
        );
        ensure!(said.contains(key), "{key} is not named:\n{said}");
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

// A process that another test has just forked holds the reservation's socket until it becomes its program.
async fn occupy(address: SocketAddr) -> Result<TcpListener> {
    try_eventually(Duration::from_secs(5), || async { TcpListener::bind(address) }).await
}

fn nowhere(name: &str) -> ServiceDatabase {
    let url = |role: &str| format!("postgres://{name}_{role}@localhost:1/{name}");
    ServiceDatabase {
        name: name.to_owned(),
        admin_url: url("admin"),
        owner_url: url("owner"),
        application_url: url("app"),
    }
}

// Right, so that whatever is wrong is what the test broke. Nothing behind these addresses is asked.
fn identity_sections(service: ServiceBuilder) -> ServiceBuilder {
    let texts = ["participant_text", "staff_text", "signing_heading"];
    let named = texts.into_iter().fold(service, |service, text| {
        service
            .set(&format!("bankid.{text}.sv"), "En text.")
            .set(&format!("bankid.{text}.en"), "A text.")
    });
    ["ca_file", "certificate_file", "key_file", "trust_anchors_file"]
        .into_iter()
        .fold(named, |service, file| {
            service.set(&format!("bankid.{file}"), "/nowhere/bankid.pem")
        })
        .peer("staff", "https://localhost:1")
        .set("bankid.base_url", "https://localhost:1/rp/v6.0/")
        .set("bankid.policies", vec!["1.2.3.4.5".to_owned()])
        .set("messages.smtp_host", "127.0.0.1")
        .set("messages.smtp_port", 1)
        .set("messages.smtp_tls", false)
        .set("messages.sms_url", "http://127.0.0.1:1/sms")
        .set("messages.sender", "noreply@deltaga.example")
        .set("messages.public_url", "https://localhost:1/")
}
