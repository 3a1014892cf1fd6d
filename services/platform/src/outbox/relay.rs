//! Brings the outbox to Kafka. One relay per service is active, by an advisory lock on a connection of its own; it
//! produces in transactions under one fixed id, so that a relay that lost the lock is fenced, and deletes what Kafka
//! has. A record may go out twice under the same id and revision; none is lost, and none overtakes an older one of its
//! key.

mod measure;
mod publisher;
mod session;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use self::measure::Measures;
use self::publisher::{Publication, Publisher};
use self::session::{Row, Session};
use crate::db::{Database, DbError};
use crate::kafka::{Kafka, KafkaError};

/// How the relay runs; the defaults are what production runs with.
#[derive(Clone, Copy, Debug)]
pub struct RelaySettings {
    /// Rows of one Kafka transaction at most.
    pub batch_rows: i64,
    /// Bytes of one Kafka transaction at most, unless one row alone has more.
    pub batch_bytes: i64,
    /// Pause between polls while there is work.
    pub busy_pause: Duration,
    /// Longest pause between polls when there is none.
    pub idle_pause: Duration,
    /// Longest pause of a key whose record is refused.
    pub longest_hold: Duration,
}

/// Brings the outbox of one service to Kafka.
#[derive(Debug)]
pub struct Relay {
    database: Database,
    kafka: Kafka,
    settings: RelaySettings,
    measures: Measures,
}

/// Held by whoever needs that no relay of the service works meanwhile.
pub(crate) struct Silence {
    session: Session,
    publisher: Publisher,
}

/// Why the relay had to begin anew.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Its connection to the database ended.
    #[error("the relay lost its connection to the database")]
    Session(#[from] DbError),
    /// Nobody answers on its connection to the database.
    #[error("the relay's connection to the database does not answer")]
    Silent,
    /// Kafka is away or refuses.
    #[error("the relay cannot produce")]
    Kafka(#[from] KafkaError),
}

/// Keys whose first record is refused: their later rows wait, all others go on.
#[derive(Debug, Default)]
struct HeldKeys(HashMap<(String, String), Hold>);

#[derive(Debug)]
struct Hold {
    until: Instant,
    pause: Duration,
}

const STAND_BY_PAUSE: Duration = Duration::from_millis(250);
const PING_PAUSE: Duration = Duration::from_millis(500);
const FIRST_HOLD: Duration = Duration::from_millis(500);
const FIRST_RESTART: Duration = Duration::from_millis(100);
const LONGEST_RESTART: Duration = Duration::from_secs(2);
/// How long the batch under way may take to end after the relay was told to stop.
const LAST_BATCH: Duration = Duration::from_secs(2);

// === impl RelaySettings ===

impl Default for RelaySettings {
    fn default() -> Self {
        Self {
            batch_rows: 5000,
            batch_bytes: 16 << 20,
            busy_pause: Duration::from_millis(20),
            idle_pause: Duration::from_millis(200),
            longest_hold: Duration::from_mins(1),
        }
    }
}

// === impl Relay ===

impl Relay {
    /// A relay of the outbox in `database`, under the transactional id `<service>-relay`.
    pub fn new(database: Database, kafka: Kafka) -> Self {
        Self::with_settings(database, kafka, RelaySettings::default())
    }

    /// A relay that runs by other settings.
    pub fn with_settings(database: Database, kafka: Kafka, settings: RelaySettings) -> Self {
        Self {
            database,
            kafka,
            settings,
            measures: Measures::new(),
        }
    }

    /// Stands by or relays until it shall stop; the batch that runs then is finished if Kafka takes it soon. Outages are
    /// waited for.
    pub async fn run(self, stopping: CancellationToken) {
        let mut pause = FIRST_RESTART;
        while !stopping.is_cancelled() {
            let began_at = Instant::now();
            if let Err(error) = self.serve(&stopping).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the relay begins anew");
            }
            pause = if began_at.elapsed() > LONGEST_RESTART {
                FIRST_RESTART
            } else {
                (pause * 2).min(LONGEST_RESTART)
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stopping.cancelled() => {}
            }
        }
    }

    /// One life of the relay: from standing by to the loss of the lock, of Kafka or of the task itself.
    async fn serve(&self, stopping: &CancellationToken) -> Result<(), RelayError> {
        let mut session = Session::open(&self.database).await?;
        while !session.try_lead().await? {
            tokio::select! {
                () = tokio::time::sleep(STAND_BY_PAUSE) => {}
                () = stopping.cancelled() => return session.close().await,
            }
        }
        // Whoever led before is fenced here, before the first row is read.
        let connected = tokio::select! {
            connected = session.kept_during(Publisher::connect(&self.kafka)) => Some(connected??),
            // Without Kafka this may take long, and nothing is begun yet.
            () = stopping.cancelled() => None,
        };
        let Some(publisher) = connected else {
            return session.close().await;
        };
        tracing::info!("the relay is active");
        let led = self.lead(&mut session, &publisher, stopping).await;
        // The lock first: a stand-by does not wait for the end of this producer.
        let ended = match led {
            Ok(()) => session.close().await,
            Err(error) => {
                drop(session);
                Err(error)
            }
        };
        publisher.end().await;
        ended
    }

    async fn lead(
        &self,
        session: &mut Session,
        publisher: &Publisher,
        stopping: &CancellationToken,
    ) -> Result<(), RelayError> {
        let mut held = HeldKeys::default();
        let mut pause = self.settings.busy_pause;
        while !stopping.is_cancelled() {
            let rows = session.read(&held.now(), &self.settings).await?;
            if rows.is_empty() {
                pause = (pause * 2).min(self.settings.idle_pause);
            } else {
                pause = self.settings.busy_pause;
                let relayed = tokio::select! {
                    relayed = self.relay(session, publisher, rows, &mut held) => Some(relayed?),
                    () = out_of_time(stopping) => None,
                };
                match relayed {
                    Some(is_all) if is_all => {}
                    Some(_) => continue,
                    // The rows stay; whoever leads next aborts what this one has begun.
                    None => return Ok(()),
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stopping.cancelled() => {}
            }
        }
        Ok(())
    }

    /// Brings the rows to Kafka and deletes them. Answers whether that was likely all there is to do.
    async fn relay(
        &self,
        session: &mut Session,
        publisher: &Publisher,
        rows: Vec<Row>,
        held: &mut HeldKeys,
    ) -> Result<bool, RelayError> {
        let publication = session.kept_during(publisher.publish(&rows)).await??;
        match publication {
            Publication::Committed => {
                let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                session.delete(&ids).await?;
                held.release(&rows);
                self.measures.relayed(&rows, self.database.now());
                Ok(rows.len() < usize::try_from(self.settings.batch_rows / 2).unwrap_or(usize::MAX))
            }
            Publication::Refused(refused) => {
                for (place, reason) in refused {
                    let row = &rows[place];
                    tracing::error!(
                        topic = row.topic,
                        outbox_id = row.id,
                        reason,
                        "Kafka refuses a record; its key waits"
                    );
                    held.hold(row, self.settings.longest_hold);
                }
                self.measures.held(held.0.len());
                Ok(false)
            }
        }
    }
}

/// Resolves when the last batch has had its time after the relay was told to stop.
async fn out_of_time(stopping: &CancellationToken) {
    stopping.cancelled().await;
    tokio::time::sleep(LAST_BATCH).await;
}

// === impl Silence ===

impl Silence {
    /// Takes the relay's place, unless one of this database is active. What a relay of another database has begun under
    /// the same transactional id is aborted, and what it has committed can be read.
    pub(crate) async fn take(database: &Database, kafka: &Kafka) -> Result<Option<Self>, RelayError> {
        let mut session = Session::open(database).await?;
        if !session.try_lead().await? {
            session.close().await?;
            return Ok(None);
        }
        let publisher = session.kept_during(Publisher::connect(kafka)).await??;
        Ok(Some(Self { session, publisher }))
    }

    /// Awaits `work` in the silence. Fails when it may have been broken meanwhile.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> Result<T, RelayError> {
        self.session.kept_during(work).await
    }

    /// Lets relays work again.
    pub(crate) async fn end(self) -> Result<(), RelayError> {
        let ended = self.session.close().await;
        self.publisher.end().await;
        ended
    }
}

// === impl HeldKeys ===

impl HeldKeys {
    /// Topics and keys that still wait.
    fn now(&self) -> (Vec<String>, Vec<String>) {
        let now = Instant::now();
        self.0
            .iter()
            .filter(|(_, hold)| hold.until > now)
            .map(|(key, _)| key.clone())
            .unzip()
    }

    fn hold(&mut self, row: &Row, longest: Duration) {
        let pause = self
            .0
            .get(&row.place())
            .map_or(FIRST_HOLD, |hold| (hold.pause * 2).min(longest));
        self.0.insert(
            row.place(),
            Hold {
                until: Instant::now() + pause,
                pause,
            },
        );
    }

    fn release(&mut self, rows: &[Row]) {
        if !self.0.is_empty() {
            for row in rows {
                self.0.remove(&row.place());
            }
        }
    }
}
