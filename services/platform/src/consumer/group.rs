//! The consumer's part in its group: partitions that are assigned are read from where the database says, and the worker
//! hears of every change in order with the records.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::topic_partition_list::TopicPartitionListElem;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::plan::{Log, Planner};
use super::queue::{Position, weight};
use super::reader::{BROKER_ANSWER, Event, Shared};
use crate::kafka::{LogContext, ReadRecord};

pub(super) struct Group {
    pub(super) planner: Planner,
    pub(super) events: mpsc::UnboundedSender<Event>,
    pub(super) shared: Arc<Shared>,
    pub(super) assigned: Mutex<BTreeSet<i32>>,
    pub(super) runtime: Handle,
}

const PLAN_PAUSE: Duration = Duration::from_millis(200);

// === impl Group ===

impl Group {
    pub(super) fn tell(&self, event: Event) {
        // Fails only when the worker is gone.
        let _ = self.events.send(event);
    }

    pub(super) fn tell_record(&self, record: ReadRecord) {
        self.shared.ahead.fetch_add(weight(&record), Ordering::Relaxed);
        self.tell(Event::Record(record));
    }

    pub(super) fn assigned(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.assigned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn list(&self, partitions: impl IntoIterator<Item = i32>) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(self.planner.topic, partition);
        }
        list
    }

    /// Reads these partitions from now on, each from where the database says.
    pub(super) fn take(&self, consumer: &BaseConsumer<Self>, partitions: Vec<i32>) {
        let Some(positions) = self.plan(consumer, &partitions) else {
            return;
        };
        let mut list = TopicPartitionList::new();
        for (partition, position) in &positions {
            let _ = list.add_partition_offset(self.planner.topic, *partition, Offset::Offset(position.next));
        }
        if let Err(error) = consumer.assign(&list) {
            tracing::warn!(error = %error, "taking partitions failed");
            return;
        }
        *self.assigned() = partitions.into_iter().collect();
        self.tell(Event::Assigned(positions));
    }

    /// Waits for database and broker; gives up only when the consumer has ended.
    pub(super) fn plan(
        &self,
        consumer: &BaseConsumer<Self>,
        partitions: &[i32],
    ) -> Option<Vec<(i32, Position)>> {
        let mut positions = Vec::new();
        for &partition in partitions {
            loop {
                if self.shared.has_ended.load(Ordering::Relaxed) || self.events.is_closed() {
                    return None;
                }
                match self.plan_one(consumer, partition) {
                    Ok(position) => break positions.push((partition, position)),
                    Err(error) => {
                        tracing::warn!(error = &*error, partition, "a partition cannot be taken yet");
                        std::thread::sleep(PLAN_PAUSE);
                    }
                }
            }
        }
        Some(positions)
    }

    fn plan_one(
        &self,
        consumer: &BaseConsumer<Self>,
        partition: i32,
    ) -> Result<Position, Box<dyn std::error::Error + Send + Sync>> {
        let topic = self.planner.topic;
        let stored = self.runtime.block_on(self.planner.stored(partition))?;
        let (low, high) = consumer.fetch_watermarks(topic, partition, BROKER_ANSWER)?;
        let first_since = match &stored {
            None => None,
            Some(stored) => {
                let mut asked = TopicPartitionList::new();
                asked.add_partition_offset(topic, partition, Offset::Offset(stored.since_ms()))?;
                let answer = consumer.offsets_for_times(asked, BROKER_ANSWER)?;
                answer
                    .elements()
                    .first()
                    .and_then(|element| element.offset().to_raw())
                    .filter(|&offset| offset >= 0)
            }
        };
        Ok(self.runtime.block_on(self.planner.settle(
            partition,
            stored,
            Log {
                low,
                high,
                first_since,
            },
        ))?)
    }
}

impl ClientContext for Group {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        LogContext.log(level, facility, message);
    }

    fn error(&self, error: ClientError, reason: &str) {
        LogContext.error(error, reason);
    }
}

impl ConsumerContext for Group {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, code: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let partitions: Vec<_> = list
            .elements()
            .iter()
            .map(TopicPartitionListElem::partition)
            .collect();
        if code == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.take(consumer, partitions);
            return;
        }
        self.assigned().clear();
        self.tell(Event::Revoked(partitions));
        if let Err(error) = consumer.unassign() {
            tracing::warn!(error = %error, "releasing partitions failed");
        }
        if code != RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
            tracing::warn!(code = ?code, "a rebalance failed");
        }
    }
}
