//! Reading a whole topic without a group, for what every replica keeps in memory: all partitions from the beginning,
//! and a word when everything that was there at the start has been read.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as ClientError;
use tokio::sync::mpsc;

use super::{Kafka, KafkaError, LogContext, Owned, ReadRecord, topics};

const POLL: Duration = Duration::from_millis(100);
const BUFFERED: usize = 4096;

/// What a follower is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// A record. Per partition in order; one may come again when the topic was made anew, so revisions decide.
    Record(ReadRecord),
    /// Said once: everything that was committed when the following began has been told.
    CaughtUp,
}

/// All partitions of a topic, from their beginning and for ever. Dropping it ends the reading.
#[derive(Debug)]
pub struct Follower {
    told: mpsc::Receiver<Followed>,
    dropped: Arc<AtomicBool>,
}

// === impl Kafka ===

impl Kafka {
    /// Reads all partitions of `topic` from the beginning, outside of any group. A broker that is away is waited for.
    pub fn follow(&self, topic: &str) -> Result<Follower, KafkaError> {
        self.follow_partitions(topic, topics::all().partitions)
    }

    /// Like [`Self::follow`], for a topic with another number of partitions than the list says.
    pub fn follow_partitions(&self, topic: &str, partitions: i32) -> Result<Follower, KafkaError> {
        // The client library wants a group's name to take an assignment. It is never joined and nothing is committed.
        let mut config = self.consumer_config(&format!("{}.follow", self.service()));
        config.set("auto.offset.reset", "earliest");
        let consumer: BaseConsumer<LogContext> = config
            .create_with_context(LogContext)
            .map_err(KafkaError::during("creating a follower"))?;
        let consumer = Owned::new(consumer);
        let mut everything = TopicPartitionList::new();
        for partition in 0..partitions {
            everything
                .add_partition_offset(topic, partition, Offset::Beginning)
                .map_err(KafkaError::during("listing partitions"))?;
        }
        consumer
            .assign(&everything)
            .map_err(KafkaError::during("assigning partitions"))?;
        let (teller, told) = mpsc::channel(BUFFERED);
        let dropped = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&dropped);
        tokio::task::spawn_blocking(move || {
            let consumer = consumer.into_thread();
            follow(&consumer, (0..partitions).collect(), &teller, &ended);
        });
        Ok(Follower { told, dropped })
    }
}

// === impl Follower ===

impl Follower {
    /// What comes next; waits for it.
    pub async fn next(&mut self) -> Followed {
        match self.told.recv().await {
            Some(followed) => followed,
            // The reading thread ends only after this follower is dropped, or with the process.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

fn follow(
    consumer: &BaseConsumer<LogContext>,
    mut behind: BTreeSet<i32>,
    teller: &mpsc::Sender<Followed>,
    ended: &AtomicBool,
) {
    while !ended.load(Ordering::Relaxed) {
        let told = match consumer.poll(POLL) {
            None => continue,
            Some(Ok(message)) => Followed::Record(ReadRecord::detach(&message)),
            Some(Err(ClientError::PartitionEOF(partition))) => {
                if !behind.remove(&partition) || !behind.is_empty() {
                    continue;
                }
                Followed::CaughtUp
            }
            Some(Err(error)) => {
                tracing::debug!(error = %error, "following a topic is interrupted");
                continue;
            }
        };
        if teller.blocking_send(told).is_err() {
            return;
        }
    }
}
