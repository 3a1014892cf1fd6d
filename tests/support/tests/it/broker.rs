//! A broker of the test's own: killed, started again, and reached through a proxy that cuts it off.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use rdkafka::producer::{FutureProducer, FutureRecord};
use support::ca::Authority;
use support::kafka::{self, ADMINISTRATOR, Broker, Options, Proxied};
use support::proxy::Proxy;
use support::{eventually, ports};

const LONG: Duration = Duration::from_secs(30);

async fn send(producer: &FutureProducer) -> Result<()> {
    let record = FutureRecord::to("kept").key("k").payload("v");
    producer
        .send(record, LONG)
        .await
        .map_err(|(error, _record)| error)
        .context("not delivered")?;
    Ok(())
}

#[tokio::test]
async fn a_killed_broker_keeps_its_topics_and_a_cut_line_stops_only_who_comes_by_the_proxy() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let authority = Authority::open(folder.path().join("ca"))?;
    let (listener, proxy_port) = (ports::reserve()?, ports::reserve()?);
    let target = listener.address();
    let proxy_address = SocketAddr::from((Ipv4Addr::LOCALHOST, proxy_port.number()));
    let options = Options {
        folder: folder.path().join("broker"),
        log_file: folder.path().join("kafka.log"),
        port: ports::reserve()?,
        controller_port: ports::reserve()?,
        proxy: Some(Proxied {
            listener,
            proxy_port: proxy_port.number(),
        }),
        super_users: Vec::new(),
    };
    let mut broker = Broker::start(options, &authority).await?;
    let administrator = authority.service(ADMINISTRATOR)?;
    kafka::create_topic(&broker.address(), &administrator, "kept", 1, &[]).await?;
    broker.kill().await?;
    broker.start_again().await?;

    let proxy = Proxy::start_on(proxy_address, target, 1).await?;
    let producer = |brokers: &str| -> Result<FutureProducer> {
        Ok(kafka::client_config(brokers, &administrator)
            .set("message.timeout.ms", "1500")
            .create()?)
    };
    let direct = producer(&broker.address())?;
    let proxied = producer(&format!("localhost:{}", proxy_port.number()))?;
    eventually(LONG, || send(&proxied)).await;
    proxy.cut();
    assert!(send(&proxied).await.is_err());
    send(&direct).await?;
    proxy.resume();
    eventually(LONG, || send(&proxied)).await;
    broker.process().pause()?;
    assert!(send(&direct).await.is_err());
    broker.process().resume()?;
    eventually(LONG, || send(&direct)).await;
    broker.stop().await
}
