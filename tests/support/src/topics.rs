//! The list of topics of `deploy/kafka/topics.yaml`, and what it means for a broker: settings per topic and the grants
//! of every service.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::kafka::acl::{Grant, Operation, Resource};

const LIST: &str = include_str!("../../../deploy/kafka/topics.yaml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicList {
    pub partitions: u16,
    kinds: BTreeMap<Kind, BTreeMap<String, Setting>>,
    pub topics: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub name: String,
    pub about: String,
    pub kind: Kind,
    pub producers: Vec<String>,
    pub consumers: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    State,
    Log,
}

/// A broker setting as the list writes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Setting {
    Number(i64),
    Word(String),
}

impl TopicList {
    /// The committed list.
    pub fn committed() -> Result<Self> {
        Self::parse(LIST)
    }

    pub fn parse(yaml: &str) -> Result<Self> {
        let list: Self = serde_norway::from_str(yaml).context("the list of topics cannot be read")?;
        let mut names = BTreeSet::new();
        for topic in &list.topics {
            ensure!(names.insert(&topic.name), "{} is listed twice", topic.name);
            ensure!(
                list.kinds.contains_key(&topic.kind),
                "{} has a kind without settings",
                topic.name
            );
            ensure!(!topic.producers.is_empty(), "{} has no producer", topic.name);
        }
        Ok(list)
    }

    /// The broker settings of a topic, by name.
    pub fn settings(&self, kind: Kind) -> &BTreeMap<String, Setting> {
        &self.kinds[&kind]
    }

    /// Every service that writes or reads a topic.
    pub fn services(&self) -> BTreeSet<&str> {
        self.topics
            .iter()
            .flat_map(|topic| topic.producers.iter().chain(&topic.consumers))
            .map(String::as_str)
            .collect()
    }

    /// What each service may do, and nothing more.
    pub fn grants(&self) -> Vec<Grant> {
        let per_topic = self.topics.iter().flat_map(|topic| {
            let writes = topic.producers.iter().map(|service| (service, Operation::Write));
            let reads = topic.consumers.iter().chain(owners(topic));
            let reads = reads.map(|service| (service, Operation::Read));
            writes
                .chain(reads)
                .map(|(service, operation)| Grant::on(Resource::Topic(&topic.name), service, operation))
        });
        let producers = self
            .topics
            .iter()
            .flat_map(|topic| &topic.producers)
            .collect::<BTreeSet<_>>();
        let relays = producers.into_iter().map(|service| {
            Grant::on(
                Resource::TransactionalId(&format!("{service}-relay")),
                service,
                Operation::Write,
            )
        });
        let groups = self.services().into_iter().map(|service| {
            Grant::on(
                Resource::GroupsStartingWith(&format!("{service}.")),
                service,
                Operation::Read,
            )
        });
        per_topic.chain(relays).chain(groups).collect()
    }
}

// After a restore from backup the owner looks what its topics show that the database does not know.
fn owners(topic: &Topic) -> &[String] {
    match topic.kind {
        Kind::State => &topic.producers,
        Kind::Log => &[],
    }
}

impl std::fmt::Display for Setting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Word(word) => formatter.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_names_every_topic_after_its_first_producer_or_is_a_log() {
        let list = TopicList::committed().unwrap();
        for topic in &list.topics {
            let context = topic.name.split('.').next().unwrap();
            assert!(
                topic.kind == Kind::Log || topic.producers == [context],
                "{}",
                topic.name
            );
            assert_eq!(topic.name.rsplit('.').next(), Some("v1"), "{}", topic.name);
        }
    }

    #[test]
    fn state_topics_keep_tombstones_for_thirty_days() {
        let list = TopicList::committed().unwrap();
        let state = list.settings(Kind::State);
        assert_eq!(state["delete.retention.ms"], Setting::Number(30 * 24 * 3_600_000));
        assert_eq!(state["max.compaction.lag.ms"], Setting::Number(24 * 3_600_000));
        assert_eq!(
            list.settings(Kind::Log)["retention.ms"],
            Setting::Number(90 * 24 * 3_600_000)
        );
    }

    #[test]
    fn every_service_that_decides_reads_the_grants_and_staff_does_not() {
        let list = TopicList::committed().unwrap();
        let account = list
            .topics
            .iter()
            .find(|topic| topic.name == "staff.account.v1")
            .unwrap();
        assert_eq!(
            account.consumers,
            ["identity", "participants", "attendance", "consent", "export"]
        );
    }

    #[test]
    fn a_topic_listed_twice_is_refused() {
        let twice = LIST.replace("name: audit.access.v1", "name: identity.person.v1");
        assert!(
            TopicList::parse(&twice)
                .unwrap_err()
                .to_string()
                .contains("twice")
        );
    }
}
