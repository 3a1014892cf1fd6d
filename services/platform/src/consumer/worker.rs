//! The consumer's loop: takes what was read, applies it, and decides what waits. Everything that writes happens here,
//! one transaction after the other.

use std::collections::BTreeMap;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::Consumer;
use super::apply::{BatchError, Progress, Slice, Subscription};
use super::error::Remedy;
use super::plan::Planner;
use super::queue::{Queue, weight};
use super::reader::{Command, Event, Reader};
use crate::kafka::KafkaError;

pub(super) struct Worker<S> {
    pub(super) consumer: Consumer<S>,
    pub(super) partitions: BTreeMap<i32, Queue>,
    reader: Reader,
}

// === impl Worker ===

impl<S: Subscription> Worker<S> {
    pub(super) fn start(consumer: Consumer<S>) -> Result<Self, KafkaError> {
        let planner = Planner {
            consumer: consumer.name.clone(),
            topic: consumer.topic,
            is_state: consumer.subscription.is_state(),
            database: consumer.database.clone(),
            tombstones_kept: consumer.settings.tombstones_kept,
        };
        let reader = Reader::start(&consumer.kafka, planner, consumer.settings.read_ahead_bytes)?;
        Ok(Self {
            consumer,
            partitions: BTreeMap::new(),
            reader,
        })
    }

    pub(super) async fn run(mut self, stopping: CancellationToken) {
        let mut upkeep = tokio::time::interval(self.consumer.settings.upkeep_pause);
        upkeep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !stopping.is_cancelled() {
            let wake = self.partitions.values().filter_map(Queue::waits_until).min();
            tokio::select! {
                () = stopping.cancelled() => break,
                event = self.reader.next() => self.note(event),
                () = wait_until(wake) => {}
                _ = upkeep.tick() => self.upkeep().await,
            }
            while let Some(event) = self.reader.try_next() {
                self.note(event);
            }
            while !stopping.is_cancelled() && self.apply_some().await {}
        }
        self.reader.close().await;
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Assigned(positions) => {
                for (partition, position) in positions {
                    self.forget(partition);
                    self.partitions.insert(partition, Queue::new(position));
                }
            }
            Event::Revoked(partitions) => {
                for partition in partitions {
                    self.forget(partition);
                }
            }
            Event::Record(record) => {
                let bytes = weight(&record);
                let before = self
                    .partitions
                    .get(&record.partition)
                    .map_or(0, |queue| queue.records.len());
                let after = self.partitions.get_mut(&record.partition).map_or(0, |queue| {
                    queue.push(record);
                    queue.records.len()
                });
                if before == after {
                    self.reader.release(bytes);
                }
            }
            Event::End(partition) => {
                if let Some(queue) = self.partitions.get_mut(&partition) {
                    queue.is_at_end = true;
                }
            }
        }
    }

    /// Applies one batch. Answers whether there was one.
    async fn apply_some(&mut self) -> bool {
        let slices = slices(&mut self.partitions, &self.consumer);
        if slices.is_empty() {
            return false;
        }
        let count: usize = slices.iter().map(|slice| slice.records.len()).sum();
        let batch = tracing::info_span!("consumer.batch", consumer = &*self.consumer.name, records = count);
        let outcomes = apply(&self.consumer, &slices).instrument(batch).await;
        let mut offsets = Vec::new();
        for (partition, outcome) in outcomes {
            if let Some(next) = self.settle(partition, outcome) {
                offsets.push((partition, next));
            }
        }
        if !offsets.is_empty() {
            self.reader.ask(Command::Commit(offsets));
        }
        true
    }

    /// Takes note of how far a partition got; answers its new offset if it moved.
    fn settle(&mut self, partition: i32, outcome: Result<Progress, BatchError>) -> Option<i64> {
        let consumer = &*self.consumer.name;
        let queue = self.partitions.get_mut(&partition)?;
        let progress = match outcome {
            Ok(progress) => progress,
            Err(BatchError::Overtaken { partition }) => {
                tracing::info!(
                    consumer,
                    partition,
                    "another replica is ahead; looking again where to go on"
                );
                self.forget(partition);
                self.reader.ask(Command::Replan(partition));
                return None;
            }
            Err(error @ (BatchError::Apply(_) | BatchError::Db(_))) => {
                tracing::warn!(
                    consumer,
                    partition,
                    error = &error as &dyn std::error::Error,
                    "records wait"
                );
                Progress::outage()
            }
        };
        self.reader.release(queue.advance(progress.done));
        if let Some(reason) = progress.waits {
            if queue.wait(progress.is_outage, progress.done > 0, &self.consumer.settings) {
                tracing::info!(consumer, partition, reason, "a partition waits");
                self.reader.ask(Command::Pause(partition));
            }
        } else if queue.go_on() {
            self.reader.ask(Command::Resume(partition));
        }
        (progress.done > 0).then_some(queue.position.next)
    }

    fn forget(&mut self, partition: i32) {
        if let Some(mut queue) = self.partitions.remove(&partition) {
            self.reader.release(queue.bytes());
            if queue.go_on() {
                self.reader.ask(Command::Resume(partition));
            }
        }
    }
}

/// What is ready, up to the size of a batch.
fn slices<'a, S>(partitions: &'a mut BTreeMap<i32, Queue>, consumer: &Consumer<S>) -> Vec<Slice<'a>> {
    let mut room = consumer.settings.batch_records;
    let mut slices = Vec::new();
    for (&partition, queue) in partitions.iter_mut() {
        if room == 0 {
            break;
        }
        if !queue.is_ready() {
            continue;
        }
        let taken = queue.records.len().min(room);
        room -= taken;
        let is_out_of_patience = queue.is_out_of_patience(&consumer.settings);
        let position = queue.position;
        let records = &queue.records.make_contiguous()[..taken];
        slices.push(Slice {
            partition,
            position,
            records,
            is_out_of_patience,
        });
    }
    slices
}

/// The batch as one; when that fails for other reasons than an outage, each partition for itself.
async fn apply<S: Subscription>(
    consumer: &Consumer<S>,
    slices: &[Slice<'_>],
) -> Vec<(i32, Result<Progress, BatchError>)> {
    let Err(failure) = consumer.apply_together(slices).await else {
        return slices
            .iter()
            .map(|slice| (slice.partition, Ok(Progress::all(slice))))
            .collect();
    };
    let is_outage = match &failure {
        BatchError::Apply(error) => error.remedy() == Remedy::Outage,
        BatchError::Db(error) => error.is_transient(),
        BatchError::Overtaken { .. } => false,
    };
    if is_outage {
        tracing::warn!(
            error = &failure as &dyn std::error::Error,
            "records wait for the database"
        );
        return slices
            .iter()
            .map(|slice| (slice.partition, Ok(Progress::outage())))
            .collect();
    }
    let mut outcomes = Vec::new();
    for slice in slices {
        outcomes.push((slice.partition, consumer.apply_singly(slice).await));
    }
    outcomes
}

async fn wait_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}
