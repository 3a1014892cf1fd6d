//! The list of topics, `deploy/kafka/topics.yaml`, as the code sees it: the same file that the development stack
//! creates topics from and that the manifests are generated from.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

const LIST: &str = include_str!("../../../../deploy/kafka/topics.yaml");

static TOPICS: LazyLock<Topics> =
    LazyLock::new(|| serde_norway::from_str(LIST).expect("a test reads the committed list of topics"));

/// The whole list.
#[derive(Clone, Debug, Deserialize)]
pub struct Topics {
    /// Partitions of every topic.
    pub partitions: i32,
    /// Settings per kind.
    pub kinds: BTreeMap<TopicKind, BTreeMap<String, TopicSetting>>,
    /// The topics.
    pub topics: Vec<Topic>,
}

/// A topic.
#[derive(Clone, Debug, Deserialize)]
pub struct Topic {
    /// `<context>.<aggregate>.v1`.
    pub name: String,
    /// What it holds, in a sentence.
    pub about: String,
    /// Whether a record is a whole state or something that happened.
    pub kind: TopicKind,
    /// Services that write it.
    pub producers: Vec<String>,
    /// Services that read it.
    pub consumers: Vec<String>,
}

/// What a record of a topic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicKind {
    /// The whole public state of the aggregate under its id; compacted.
    State,
    /// What happened, ids only; deleted after a while.
    Log,
}

/// A setting of a topic: a number or a word.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum TopicSetting {
    /// A number.
    Number(i64),
    /// A word.
    Word(String),
}

/// The committed list.
pub fn all() -> &'static Topics {
    &TOPICS
}

// === impl Topics ===

impl Topics {
    /// The topic of that name.
    pub fn get(&self, name: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.name == name)
    }

    /// How long a tombstone stays: whoever was away for longer may have missed one.
    pub fn tombstones_kept(&self) -> Duration {
        let setting = self
            .kinds
            .get(&TopicKind::State)
            .and_then(|settings| settings.get("delete.retention.ms"));
        match setting {
            Some(TopicSetting::Number(milliseconds)) => Duration::from_millis(milliseconds.unsigned_abs()),
            Some(TopicSetting::Word(_)) | None => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_each_topic_once_and_by_its_context() {
        let mut names: Vec<_> = all().topics.iter().map(|topic| topic.name.as_str()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();

        assert_eq!(names.len(), count);
        assert!(
            names
                .iter()
                .all(|name| name.split('.').count() == 3 && name.split('.').next_back() == Some("v1")),
            "{names:?}"
        );
    }

    #[test]
    fn tombstones_stay_for_thirty_days() {
        assert_eq!(all().tombstones_kept(), Duration::from_hours(30 * 24));
    }
}
