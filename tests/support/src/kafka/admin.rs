//! Topics on a broker: those of the committed list, and one of its own for every test that needs one.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::types::RDKafkaErrorCode;

use crate::ca::Identity;
use crate::kafka::acl;
use crate::topics::TopicList;

const REQUEST: Duration = Duration::from_secs(20);

/// What any rdkafka client needs to reach the broker as the given principal.
pub fn client_config(brokers: &str, identity: &Identity) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", brokers)
        .set("broker.address.family", "v4")
        .set("security.protocol", "ssl")
        .set("ssl.ca.location", identity.ca_file.display().to_string())
        .set(
            "ssl.certificate.location",
            identity.certificate_file.display().to_string(),
        )
        .set("ssl.key.location", identity.key_file.display().to_string());
    config
}

/// Makes the topics and grants of the list; what exists already stays.
pub async fn apply(brokers: &str, administrator: &Identity, list: &TopicList) -> Result<()> {
    let settings: Vec<Vec<(&str, String)>> = list
        .topics
        .iter()
        .map(|topic| {
            list.settings(topic.kind)
                .iter()
                .map(|(key, value)| (key.as_str(), value.to_string()))
                .collect()
        })
        .collect();
    let topics: Vec<NewTopic<'_>> = list
        .topics
        .iter()
        .zip(&settings)
        .map(|(topic, settings)| new_topic(&topic.name, list.partitions, settings))
        .collect();
    create(brokers, administrator, &topics).await?;
    acl::create(brokers, administrator, &list.grants()).await
}

/// Makes one topic with the given settings.
pub async fn create_topic(
    brokers: &str,
    administrator: &Identity,
    name: &str,
    partitions: u16,
    settings: &[(&str, &str)],
) -> Result<()> {
    let settings: Vec<(&str, String)> = settings
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    create(brokers, administrator, &[new_topic(name, partitions, &settings)]).await
}

fn new_topic<'a>(name: &'a str, partitions: u16, settings: &'a [(&str, String)]) -> NewTopic<'a> {
    let topic = NewTopic::new(name, i32::from(partitions), TopicReplication::Fixed(1));
    settings
        .iter()
        .fold(topic, |topic, (key, value)| topic.set(key, value))
}

async fn create(brokers: &str, administrator: &Identity, topics: &[NewTopic<'_>]) -> Result<()> {
    let client: AdminClient<DefaultClientContext> = client_config(brokers, administrator)
        .create()
        .context("cannot reach the broker's administration")?;
    let options = AdminOptions::new()
        .request_timeout(Some(REQUEST))
        .operation_timeout(Some(REQUEST));
    for outcome in client
        .create_topics(topics, &options)
        .await
        .context("the broker does not make topics")?
    {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((name, code)) => bail!("the broker refuses topic {name}: {code}"),
        }
    }
    Ok(())
}
