//! One of two replicas is asked to end while both are busy. Nobody who calls notices: neither those who are led by
//! readiness, as Kubernetes leads the gateway, nor services, which hear of it from the connection itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::workers::{Shift, Workers};
use e2e::world::World;
use journey::{Gateway, Places};
use platform::grpc::{ClientChannel, PeerConfig, TlsConfig, TlsIdentity};
use proto::identity::v1::{GetJwksRequest, Portal, key_service_client::KeyServiceClient};
use sqlx::{Connection as _, PgConnection};
use support::eventually::try_eventually;
use support::people::{PEOPLE, Person};
use support::process::ended_cleanly;
use support::service::Service;
use tokio::sync::Mutex;
use tokio::time::{Instant, interval};

/// People who sign in without a script of their own.
const BROWSERS: &[Person] = PEOPLE.split_at(5).0;
const SERVICES: usize = 4;
const BETWEEN_CALLS: Duration = Duration::from_millis(20);
/// As a kubelet would ask, only faster.
const BETWEEN_PROBES: Duration = Duration::from_millis(100);
const CALLS: usize = 500;
const BUSY: Duration = Duration::from_mins(1);
/// `shutdown.grace_seconds` of the default configuration.
const GRACE: Duration = Duration::from_secs(20);
/// A second of being unready, two for the last batch, and what a busy machine adds.
const SOON: Duration = Duration::from_secs(6);

/// One replica as whoever stands before both sees it.
struct Replica {
    gateway: Gateway,
    ready_page: String,
    is_ready: AtomicBool,
    calls: AtomicUsize,
}

/// Spreads calls over the replicas that are ready.
struct Balancer {
    replicas: Vec<Replica>,
    next: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_when_one_of_two_replicas_is_asked_to_end() -> Result<()> {
    let world = World::bare("drain").await?;
    let staying = &world.stack.identity;
    let mut leaving = staying.plan().replica("identity-2")?.serve().await?;
    let balancer = Balancer::over(&world.places, &[staying, &leaving])?;
    let mut load = load(&world, &balancer, [staying, &leaving]).await?;
    load.do_more(CALLS, BUSY).await?;

    let asked = Instant::now();
    let status = leaving.terminate().await?;
    let took = asked.elapsed();

    let until_then = balancer.calls();
    load.do_more(CALLS, BUSY).await?;
    load.leave().await?;
    ensure!(
        ended_cleanly(status) && took < GRACE,
        "ended with {status} after {took:?}"
    );
    ensure!(
        until_then.iter().all(|calls| *calls > 0),
        "one had nothing to do: {until_then:?}"
    );
    ensure!(
        balancer.calls()[1] == until_then[1],
        "somebody called a replica that was gone"
    );
    world.stop().await
}

/// A batch that Kafka has not answered is left to the next relay; a relay that never reached Kafka waits for nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_kafka_a_service_ends_within_a_few_seconds() -> Result<()> {
    let mut world = World::bare("drain-without-kafka").await?;
    world.be_alone().await?;
    world.stack.kafka.process().pause()?;
    heartbeats_wait(&world).await?;
    let with_a_batch = ended(&mut world.stack.staff).await?;

    world.stack.staff.start_again().await?;
    let without_any = ended(&mut world.stack.staff).await?;

    world.stack.kafka.process().resume()?;
    for took in [with_a_batch, without_any] {
        ensure!(took < SOON, "it ended after {took:?}");
    }
    world.stack.staff.start_again().await?;
    world.stop().await
}

async fn ended(service: &mut Service) -> Result<Duration> {
    let asked = Instant::now();
    let status = service.terminate().await?;
    ensure!(ended_cleanly(status), "it ended with {status}");
    Ok(asked.elapsed())
}

/// More than those of two seconds are in the outbox: none goes out.
async fn heartbeats_wait(world: &World) -> Result<()> {
    let mut connection = PgConnection::connect(&world.stack.postgres.url("staff")).await?;
    let connection = Mutex::new(&mut connection);
    try_eventually(BUSY, || async {
        let waiting: i64 = sqlx::query_scalar("select count(*) from platform.outbox")
            .fetch_one(&mut **connection.lock().await)
            .await?;
        ensure!(waiting > 30, "{waiting} records wait");
        Ok(())
    })
    .await
}

impl Balancer {
    fn over(places: &Places, services: &[&Service]) -> Result<Arc<Self>> {
        let replicas = services.iter().map(|service| Replica::of(places, service));
        Ok(Arc::new(Self {
            replicas: replicas.collect::<Result<_>>()?,
            next: AtomicUsize::new(0),
        }))
    }

    fn pick(&self) -> Result<&Replica> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let ready: Vec<_> = self
            .replicas
            .iter()
            .filter(|replica| replica.is_ready())
            .collect();
        let picked = ready.get(number.checked_rem(ready.len()).unwrap_or(0));
        picked.copied().context("no replica is ready")
    }

    fn calls(&self) -> Vec<usize> {
        let calls = |replica: &Replica| replica.calls.load(Ordering::SeqCst);
        self.replicas.iter().map(calls).collect()
    }

    async fn probe(self: Arc<Self>, shift: Arc<Shift>) -> Result<()> {
        let http = reqwest::Client::new();
        let mut pulse = interval(BETWEEN_PROBES);
        while !shift.is_over() {
            pulse.tick().await;
            for replica in &self.replicas {
                replica.probe(&http).await;
            }
        }
        Ok(())
    }

    /// One browser after the other behind a gateway; no call is tried twice.
    async fn exchange(self: Arc<Self>, shift: Arc<Shift>, reference_token: String) -> Result<()> {
        let mut pulse = interval(BETWEEN_CALLS);
        while !shift.is_over() {
            pulse.tick().await;
            let replica = self.pick()?;
            replica.calls.fetch_add(1, Ordering::SeqCst);
            let answer = replica.gateway.exchange(&reference_token).await;
            answer.context("a browser's call failed")?;
            shift.one_more();
        }
        Ok(())
    }
}

impl Replica {
    fn of(places: &Places, service: &Service) -> Result<Self> {
        let places = Places {
            identity: service.address(),
            ..places.clone()
        };
        Ok(Self {
            gateway: Gateway::open(&places)?,
            ready_page: service.health_url("ready"),
            is_ready: AtomicBool::new(true),
            calls: AtomicUsize::new(0),
        })
    }

    fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::SeqCst)
    }

    async fn probe(&self, http: &reqwest::Client) {
        let answer = http.get(&self.ready_page).send().await;
        let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
        self.is_ready.store(is_ready, Ordering::SeqCst);
    }
}

async fn load(world: &World, balancer: &Arc<Balancer>, replicas: [&Service; 2]) -> Result<Workers<()>> {
    let mut load = Workers::default();
    load.add(|shift| balancer.clone().probe(shift));
    let gateway = world.gateway()?;
    for person in BROWSERS {
        let session = gateway.sign_in(person, Portal::Participant).await?;
        load.add(|shift| balancer.clone().exchange(shift, session.reference_token));
    }
    let channel = service_channel(&world.places, replicas)?;
    for _ in 0..SERVICES {
        load.add(|shift| ask_for_keys(channel.clone(), shift));
    }
    Ok(load)
}

// As services call each other: one channel over both replicas.
async fn ask_for_keys(channel: ClientChannel, shift: Arc<Shift>) -> Result<()> {
    let mut client = KeyServiceClient::new(channel);
    let mut pulse = interval(BETWEEN_CALLS);
    while !shift.is_over() {
        pulse.tick().await;
        let answer = client.get_jwks(GetJwksRequest {}).await;
        answer.context("a service's call failed")?;
        shift.one_more();
    }
    Ok(())
}

fn service_channel(places: &Places, replicas: [&Service; 2]) -> Result<ClientChannel> {
    let certificate = places.service("staff")?;
    let tls = TlsIdentity::load(&TlsConfig {
        ca_file: certificate.ca_file,
        certificate_file: certificate.certificate_file,
        key_file: certificate.key_file,
    })?;
    let peer = PeerConfig {
        address: replicas.map(Service::address).join(","),
        connections: 2,
        timeout_seconds: 10,
    };
    Ok(ClientChannel::new("identity", &peer, &tls)?)
}
