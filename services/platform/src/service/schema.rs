//! Migrations as seen by a process: `migrate` applies them by the owner role, `serve` waits until they are there. A
//! newer schema than this build knows is fine, since both run during every rollout.

use std::time::Duration;

use sqlx::migrate::Migrator;

use super::{Condition, Service};
use crate::config::Secret;
use crate::db::{self, Database, SchemaState};

const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(250);

/// The platform's migrations and then the service's own.
pub(super) fn migrators<S: Service>() -> Vec<&'static Migrator> {
    let own = S::migrators()
        .iter()
        .copied()
        .filter(|migrator| !std::ptr::eq(*migrator, &raw const db::MIGRATOR));
    std::iter::once(&db::MIGRATOR).chain(own).collect()
}

/// Applies what is missing.
pub(super) async fn migrate<S: Service>(owner_url: &Secret) -> anyhow::Result<()> {
    db::migrate(owner_url, &migrators::<S>()).await?;
    tracing::info!("the schema is up to date");
    Ok(())
}

/// Waits until the database answers and has every migration of this build. Each change of the cause is logged once.
pub(super) async fn wait<S: Service>(database: &Database, answers: &Condition, is_current: &Condition) {
    let migrators = migrators::<S>();
    let mut told = None;
    loop {
        let obstacle = match database.schema_state(&migrators).await {
            Ok(SchemaState::Current) => break,
            Ok(SchemaState::Older { missing }) => {
                answers.met();
                format!("{missing} migrations are missing")
            }
            Err(error) => format!("{:#}", anyhow::Error::new(error)),
        };
        if told.as_ref() != Some(&obstacle) {
            tracing::warn!(obstacle, "not ready: the database is not as it must be");
            told = Some(obstacle);
        }
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    }
    answers.met();
    is_current.met();
}
