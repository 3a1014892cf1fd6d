//! What holds work up at a chosen place, so that a test can kill or overtake whoever does it: a call of consent's that is
//! not let in, and a lock in the database.

use std::sync::{Arc, Mutex};

use sqlx::PgConnection;
use support::eventually;
use tokio::sync::{Notify, watch};

use super::{DEADLINE, Stand};

/// A call that may be held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Begin,
    End,
}

/// Before the calls of consent's. Clones share it.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<Option<Waiting>>>);

/// A call that waits before the gate, or will.
pub struct Held {
    arrived: Arc<Notify>,
    opening: watch::Sender<bool>,
}

struct Waiting {
    call: Call,
    arrived: Arc<Notify>,
    opening: watch::Receiver<bool>,
}

impl Gate {
    /// Holds up the next of these calls; unless it is let in, it never is.
    pub fn hold_next(&self, call: Call) -> Held {
        let (arrived, (opening, opened)) = (Arc::new(Notify::new()), watch::channel(false));
        *self.0.lock().unwrap() = Some(Waiting {
            call,
            arrived: Arc::clone(&arrived),
            opening: opened,
        });
        Held { arrived, opening }
    }

    pub async fn pass(&self, call: Call) {
        let Some(mut waiting) = self.0.lock().unwrap().take_if(|it| it.call == call) else {
            return;
        };
        waiting.arrived.notify_one();
        if waiting.opening.wait_for(|is_open| *is_open).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Held {
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }

    pub fn let_in(&self) {
        self.opening.send_replace(true);
    }
}

impl Stand {
    /// Has a step come to where it wants what `lock` keeps, then lets others go on, and then the step.
    pub async fn overtake<T>(
        &self,
        step: impl Future<Output = T>,
        lock: &'static str,
        others: impl AsyncFnOnce(&mut PgConnection),
    ) -> T {
        let pool = self.running.parts().database.pool();
        let mut other = pool.acquire().await.unwrap();
        sqlx::query("begin").execute(&mut *other).await.unwrap();
        sqlx::query(lock).execute(&mut *other).await.unwrap();
        let meanwhile = async {
            eventually(DEADLINE, async || {
                let waiting: i64 = sqlx::query_scalar(
                    "select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'",
                )
                .fetch_one(pool)
                .await
                .unwrap();
                (waiting > 0).then_some(())
            })
            .await;
            others(&mut other).await;
            sqlx::query("commit").execute(&mut *other).await.unwrap();
        };
        let (result, ()) = tokio::join!(step, meanwhile);
        result
    }
}
