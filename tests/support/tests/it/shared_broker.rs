//! What the shared broker grants and refuses, and a topic of one test's own.

use std::time::Duration;

use anyhow::Result;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};
use support::ca::Authority;
use support::kafka::{self, TESTER};

const LONG: Duration = Duration::from_secs(20);

async fn send(principal: &str, topic: &str) -> Result<Result<(), KafkaError>> {
    let producer: FutureProducer = kafka::shared()
        .await?
        .client_config(principal)?
        .set("message.timeout.ms", "15000")
        .create()?;
    let sent = producer
        .send(FutureRecord::to(topic).key("k").payload("v"), LONG)
        .await;
    Ok(sent.map(|_delivered| ()).map_err(|(error, _record)| error))
}

#[tokio::test]
async fn each_test_has_a_topic_of_its_own_with_its_settings() -> Result<()> {
    let kafka = kafka::shared().await?;
    let topic = kafka
        .fresh_topic(3, &[("cleanup.policy", "compact"), ("segment.ms", "100")])
        .await?;
    send(TESTER, &topic).await??;
    let consumer: BaseConsumer = kafka
        .client_config(TESTER)?
        .set("group.id", "tester.look")
        .create()?;
    let metadata = consumer.fetch_metadata(Some(&topic), LONG)?;
    assert_eq!(metadata.topics()[0].partitions().len(), 3);
    let high: i64 = (0..3)
        .map(|partition| consumer.fetch_watermarks(&topic, partition, LONG).unwrap().1)
        .sum();
    assert_eq!(high, 1);
    Ok(())
}

#[tokio::test]
async fn a_service_writes_its_own_topics_and_no_other() -> Result<()> {
    send("identity", "identity.person.v1").await??;
    let refusal = send("identity", "staff.account.v1").await?.unwrap_err();
    assert_eq!(
        refusal.rdkafka_error_code(),
        Some(RDKafkaErrorCode::TopicAuthorizationFailed)
    );
    Ok(())
}

#[tokio::test]
async fn a_service_reads_only_topics_it_is_a_consumer_of() -> Result<()> {
    let read = |topic: &'static str| async move {
        let consumer: BaseConsumer = kafka::shared()
            .await?
            .client_config("attendance")?
            .set("group.id", "attendance.grants")
            .create()?;
        tokio::task::spawn_blocking(move || anyhow::Ok(consumer.fetch_watermarks(topic, 0, LONG))).await?
    };
    read("staff.account.v1").await??;
    assert!(read("staff.message-request.v1").await?.is_err());
    Ok(())
}

#[tokio::test]
async fn a_service_takes_no_transactional_id_of_another() -> Result<()> {
    let open = |id: &'static str| async move {
        let producer: FutureProducer = kafka::shared()
            .await?
            .client_config("staff")?
            .set("transactional.id", id)
            .create()?;
        tokio::task::spawn_blocking(move || anyhow::Ok(producer.init_transactions(LONG))).await?
    };
    open("staff-relay").await??;
    let refusal = open("identity-relay").await?.unwrap_err();
    assert_eq!(
        refusal.rdkafka_error_code(),
        Some(RDKafkaErrorCode::TransactionalIdAuthorizationFailed)
    );
    Ok(())
}

#[tokio::test]
async fn without_a_certificate_of_our_authority_there_is_no_connection() -> Result<()> {
    let kafka = kafka::shared().await?;
    let folder = tempfile::tempdir()?;
    let stranger = Authority::open(folder.path())?.service("identity")?;
    let mut none = rdkafka::ClientConfig::new();
    none.set("bootstrap.servers", kafka.brokers())
        .set("security.protocol", "ssl");
    none.set(
        "ssl.ca.location",
        kafka.authority().ca_file().display().to_string(),
    );
    let mut other = kafka::client_config(kafka.brokers(), &stranger);
    other.set(
        "ssl.ca.location",
        kafka.authority().ca_file().display().to_string(),
    );
    for config in [none, other] {
        let consumer: BaseConsumer = config.create()?;
        let short = Duration::from_secs(3);
        let outcome =
            tokio::task::spawn_blocking(move || consumer.fetch_metadata(None, short).map(|_| ())).await?;
        assert!(outcome.is_err());
    }
    Ok(())
}
