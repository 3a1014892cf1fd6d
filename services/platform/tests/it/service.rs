//! A whole service in this process: its ports, its readiness and the order of its end.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use jsonwebtoken::DecodingKey;
use platform::auth::token::{KeySource, TokenVerifier};
use platform::auth::{NoAccounts, PolicyLayer};
use platform::clock::{ManualClock, SeededEntropy};
use platform::config::{Configuration, NoSections, Secret};
use platform::db;
use platform::grpc::{Rejection, Server, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Assembly, Context, End, NoCommands, Parts, Running, Service};
use platform::telemetry::Telemetry;
use sqlx::migrate::Migrator;
use support::ca::{Authority, Identity};
use support::eventually::eventually;
use support::postgres::{TestDatabase, fresh_database};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::stand::DEADLINE;

struct Post;

struct NoKeys;

struct Office {
    _folder: TempDir,
    identity: Identity,
    database: TestDatabase,
    health_port: u16,
}

impl Service for Post {
    const NAME: &'static str = "post";
    type Config = NoSections;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        &[]
    }

    async fn assemble(context: Context, _: NoSections) -> anyhow::Result<Assembly> {
        let tokens = TokenVerifier::new(Arc::new(NoKeys), context.clock.clone());
        let policy = PolicyLayer::new(tokens, Arc::new(NoAccounts), context.clock.clone());
        Ok(Assembly::new(Server::new(context.tls, policy)))
    }

    async fn execute(command: NoCommands, _: Context, _: NoSections) -> anyhow::Result<()> {
        match command {}
    }
}

impl KeySource for NoKeys {
    fn key<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        std::future::ready(Ok(None)).boxed()
    }
}

impl Office {
    async fn migrated() -> Self {
        Self::new(fresh_database("platform", migrate).await.unwrap())
    }

    async fn without_schema() -> Self {
        let nothing = |_| std::future::ready(anyhow::Ok(()));
        Self::new(fresh_database("bare", nothing).await.unwrap())
    }

    fn new(database: TestDatabase) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = Authority::open(folder.path())
            .unwrap()
            .service(Post::NAME)
            .unwrap();
        let health_port = support::ports::reserve().unwrap().number();
        Self {
            _folder: folder,
            identity,
            database,
            health_port,
        }
    }

    fn configuration(&self) -> Configuration<NoSections> {
        let Identity {
            ca_file,
            certificate_file,
            key_file,
            ..
        } = &self.identity;
        let text = format!(
            r#"
            environment = "development"
            listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:{}" }}
            tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
            db = {{ application_url = "{}", pool_size = 2 }}
            kafka = {{ brokers = "localhost:1" }}
            keys = {{ key_encryption_key_file = "/unused" }}
            telemetry = {{ level = "info", format = "text" }}
            shutdown = {{ pause_seconds = 0, grace_seconds = 20 }}
            "#,
            self.health_port,
            ca_file.display(),
            certificate_file.display(),
            key_file.display(),
            self.database.application_url,
        );
        Configuration::parse(Post::NAME, &text, []).unwrap()
    }

    async fn start(&self) -> Running {
        let configuration = self.configuration();
        let parts = Parts {
            clock: Arc::new(ManualClock::new("2026-03-02T08:00:00Z".parse().unwrap())),
            entropy: Arc::new(SeededEntropy::new(1)),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
            key_encryption_key: KeyEncryptionKey::from_bytes([7; 32]),
        };
        Running::start::<Post>(configuration, parts, Telemetry::detached(Post::NAME))
            .await
            .unwrap()
    }

    fn health(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.health_port).into()
    }
}

async fn migrate(owner_url: String) -> Result<(), db::DbError> {
    db::migrate(&Secret::new(owner_url), &[&db::MIGRATOR]).await
}

async fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}

async fn is_answered(address: SocketAddr, path: &str, with: &[&str]) -> bool {
    let answer = get(address, path).await.unwrap_or_default();
    with.iter().all(|part| answer.contains(part))
}

#[tokio::test]
async fn a_service_that_serves_is_live_and_ready_and_measured() {
    let office = Office::migrated().await;
    let running = office.start().await;
    let addresses = running.addresses();

    assert!(is_answered(office.health(), "/live", &["200 OK"]).await);
    assert!(is_answered(office.health(), "/ready", &["200 OK", "ready"]).await);
    assert!(
        is_answered(
            addresses.admin,
            "/metrics",
            &["200 OK", "target_info", "service_name=\"post\""]
        )
        .await
    );
    assert!(TcpStream::connect(addresses.grpc).await.is_ok());

    assert_eq!(running.stop(pending()).await, End::Clean);
}

#[tokio::test]
async fn the_health_port_answers_grpc_too() {
    let office = Office::migrated().await;
    let running = office.start().await;
    let endpoint = Endpoint::from_shared(format!("http://{}", office.health())).unwrap();
    let mut probe = HealthClient::new(endpoint.connect().await.unwrap());

    let answer = probe.check(HealthCheckRequest::default()).await.unwrap();

    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    running.stop(pending()).await;
}

#[tokio::test]
async fn without_its_schema_a_service_is_live_and_not_ready() {
    let office = Office::without_schema().await;
    let (start, owner_url) = (office.start(), office.database.owner_url.clone());
    tokio::pin!(start);

    tokio::select! {
        _ = &mut start => panic!("it serves without its schema"),
        () = eventually(DEADLINE, || is_answered(office.health(), "/ready", &["503", "calls, schema"])) => {}
    }
    assert!(is_answered(office.health(), "/live", &["200 OK"]).await);

    migrate(owner_url).await.unwrap();
    let running = start.await;
    running.ready().await;
    assert_eq!(running.stop(pending()).await, End::Clean);
}

#[tokio::test]
async fn the_death_of_a_task_ends_the_service_as_a_failure() {
    let office = Office::migrated().await;
    let running = office.start().await;

    running
        .parts()
        .lifecycle
        .spawn("carrier", async { anyhow::bail!("the bicycle is stolen") });
    running.ending().await;

    assert_eq!(running.stop(pending()).await, End::Failed);
}

#[tokio::test]
async fn the_end_waits_for_the_current_batch_while_being_unready() {
    let office = Office::migrated().await;
    let running = office.start().await;
    let (finish, finished) = oneshot::channel();
    let stopping = running.parts().lifecycle.stopping();
    running.parts().lifecycle.spawn("batch", async move {
        stopping.cancelled().await;
        Ok(finished.await?)
    });
    let grpc = running.addresses().grpc;

    let watch = async {
        eventually(DEADLINE, || {
            is_answered(office.health(), "/ready", &["503", "ending"])
        })
        .await;
        eventually(DEADLINE, async || TcpStream::connect(grpc).await.is_err()).await;
        finish.send(()).expect("the batch still waits");
    };
    let (end, ()) = tokio::join!(running.stop(pending()), watch);

    assert_eq!(end, End::Clean);
    assert!(get(office.health(), "/live").await.is_none());
}

#[tokio::test]
async fn a_second_signal_cuts_off_what_still_runs() {
    let office = Office::migrated().await;
    let running = office.start().await;
    running.parts().lifecycle.spawn("stubborn", pending());

    assert_eq!(running.stop(std::future::ready(())).await, End::CutOff);
}
