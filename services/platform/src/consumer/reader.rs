//! The thread that reads: the client library's calls block, and a partition may only be read from where the database
//! says, so the whole conversation with the broker happens here and the worker gets events in order.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc as commands};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::group::Group;
use super::plan::Planner;
use super::queue::Position;
use crate::kafka::{Kafka, KafkaError, Owned, ReadRecord};

/// What the worker is told.
#[derive(Debug)]
pub(super) enum Event {
    Assigned(Vec<(i32, Position)>),
    Revoked(Vec<i32>),
    Record(ReadRecord),
    /// The end of the partition is reached.
    End(i32),
}

/// What the worker asks for.
#[derive(Debug)]
pub(super) enum Command {
    Pause(i32),
    Resume(i32),
    /// The stored offset is not where it was believed to be: look again and tell.
    Replan(i32),
    Commit(Vec<(i32, i64)>),
}

/// The worker's end of the conversation.
pub(super) struct Reader {
    events: mpsc::UnboundedReceiver<Event>,
    commands: commands::Sender<Command>,
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

pub(super) struct Shared {
    /// Bytes told and not yet dealt with.
    pub(super) ahead: AtomicUsize,
    pub(super) has_ended: AtomicBool,
}

struct Loop {
    consumer: Arc<BaseConsumer<Group>>,
    commands: commands::Receiver<Command>,
    paused: BTreeSet<i32>,
    is_full: bool,
    read_ahead_bytes: usize,
}

const POLL: Duration = Duration::from_millis(50);
pub(super) const BROKER_ANSWER: Duration = Duration::from_secs(5);

// === impl Reader ===

impl Reader {
    pub(super) fn start(
        kafka: &Kafka,
        planner: Planner,
        read_ahead_bytes: usize,
    ) -> Result<Self, KafkaError> {
        let (teller, events) = mpsc::unbounded_channel();
        let (asker, asked) = commands::channel();
        let shared = Arc::new(Shared {
            ahead: AtomicUsize::new(0),
            has_ended: AtomicBool::new(false),
        });
        let topic = planner.topic;
        let mut config = kafka.consumer_config(&planner.consumer);
        // A position that the log does not have is a case of its own, see `plan`.
        config.set("auto.offset.reset", "error");
        let group = Group {
            planner,
            events: teller,
            shared: Arc::clone(&shared),
            assigned: Mutex::default(),
            runtime: Handle::current(),
        };
        let consumer: BaseConsumer<Group> = config
            .create_with_context(group)
            .map_err(KafkaError::during("creating a consumer"))?;
        let consumer = Owned::new(consumer);
        consumer
            .subscribe(&[topic])
            .map_err(KafkaError::during("subscribing"))?;
        let thread = tokio::task::spawn_blocking(move || {
            let reading = Loop {
                consumer: consumer.into_thread(),
                commands: asked,
                paused: BTreeSet::new(),
                is_full: false,
                read_ahead_bytes,
            };
            reading.run();
        });
        Ok(Self {
            events,
            commands: asker,
            shared,
            thread,
        })
    }

    pub(super) async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => event,
            // The thread tells until this reader is dropped.
            None => std::future::pending().await,
        }
    }

    pub(super) fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    pub(super) fn ask(&self, command: Command) {
        // Fails only when the thread has ended, and nothing is left to be done then.
        let _ = self.commands.send(command);
    }

    /// Makes room for more.
    pub(super) fn release(&self, bytes: usize) {
        self.shared.ahead.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Leaves the group, so that others take over at once.
    pub(super) async fn close(self) {
        self.shared.has_ended.store(true, Ordering::Relaxed);
        drop(self.events);
        if self.thread.await.is_err() {
            tracing::error!("the reading thread of a consumer has panicked");
        }
    }
}

// === impl Loop ===

impl Loop {
    fn run(mut self) {
        let shared = Arc::clone(&self.consumer.context().shared);
        while !shared.has_ended.load(Ordering::Relaxed) {
            while let Ok(command) = self.commands.try_recv() {
                self.obey(command);
            }
            self.regulate(shared.ahead.load(Ordering::Relaxed));
            if self.consumer.context().events.is_closed() {
                return;
            }
            self.poll();
        }
    }

    fn poll(&self) {
        let group = self.consumer.context();
        match self.consumer.poll(POLL) {
            None => {}
            Some(Ok(message)) => group.tell_record(ReadRecord::detach(&message)),
            Some(Err(ClientError::PartitionEOF(partition))) => group.tell(Event::End(partition)),
            Some(Err(error)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AutoOffsetReset) => {
                let partitions = group.assigned().iter().copied().collect();
                group.take(&self.consumer, partitions);
                self.pause(self.paused.iter().copied());
            }
            Some(Err(error)) => tracing::debug!(error = %error, "consuming is interrupted"),
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Pause(partition) => {
                self.paused.insert(partition);
                self.pause([partition]);
            }
            Command::Resume(partition) => {
                self.paused.remove(&partition);
                if !self.is_full {
                    self.resume([partition]);
                }
            }
            Command::Replan(partition) => {
                self.paused.remove(&partition);
                self.replan(partition);
            }
            Command::Commit(offsets) => self.commit(&offsets),
        }
    }

    /// Stops reading while too much is ahead. Polling goes on, since it is what keeps the group together.
    fn regulate(&mut self, ahead: usize) {
        let assigned: Vec<_> = self.consumer.context().assigned().iter().copied().collect();
        if !self.is_full && ahead > self.read_ahead_bytes {
            self.is_full = true;
            self.pause(assigned);
        } else if self.is_full && ahead < self.read_ahead_bytes / 2 {
            self.is_full = false;
            self.resume(
                assigned
                    .into_iter()
                    .filter(|partition| !self.paused.contains(partition)),
            );
        }
    }

    fn replan(&self, partition: i32) {
        let group = self.consumer.context();
        if !group.assigned().contains(&partition) {
            return;
        }
        let Some(positions) = group.plan(&self.consumer, &[partition]) else {
            return;
        };
        for (partition, position) in &positions {
            let sought = self.consumer.seek(
                group.planner.topic,
                *partition,
                Offset::Offset(position.next),
                BROKER_ANSWER,
            );
            if let Err(error) = sought {
                tracing::warn!(error = %error, "seeking failed");
            }
        }
        self.resume(positions.iter().map(|(partition, _)| *partition));
        group.tell(Event::Assigned(positions));
    }

    fn pause(&self, partitions: impl IntoIterator<Item = i32>) {
        let list = self.consumer.context().list(partitions);
        if let Err(error) = self.consumer.pause(&list) {
            tracing::debug!(error = %error, "pausing failed");
        }
    }

    fn resume(&self, partitions: impl IntoIterator<Item = i32>) {
        let list = self.consumer.context().list(partitions);
        if let Err(error) = self.consumer.resume(&list) {
            tracing::debug!(error = %error, "resuming failed");
        }
    }

    /// For whoever watches the lag; nothing ever reads these offsets back.
    fn commit(&self, offsets: &[(i32, i64)]) {
        let mut list = TopicPartitionList::new();
        for (partition, next) in offsets {
            let _ = list.add_partition_offset(
                self.consumer.context().planner.topic,
                *partition,
                Offset::Offset(*next),
            );
        }
        if let Err(error) = self.consumer.commit(&list, CommitMode::Async) {
            tracing::debug!(error = %error, "committing offsets for the lag failed");
        }
    }
}
