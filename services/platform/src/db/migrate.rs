//! Migrations: run by the owner role before a rollout, compared by the application role at its start. A replica stays
//! unready on a schema older than it was built for and tolerates a newer one, since both run during every rollout.

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use super::{Database, DbError, config};
use crate::config::Secret;

/// How the schema compares with what this build needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// Every migration of this build is applied.
    Current,
    /// So many migrations of this build are missing.
    Older {
        /// How many.
        missing: usize,
    },
}

/// Applies the migrations, each set in order; the platform's come first.
pub async fn migrate(owner_url: &Secret, migrators: &[&Migrator]) -> Result<(), DbError> {
    let mut connection = config::parse(owner_url)?.connect().await?;
    for migrator in migrators {
        migrator
            .run_direct(None, &mut connection, false)
            .await
            .map_err(sqlx::Error::from)?;
    }
    connection.close().await?;
    Ok(())
}

// === impl Database ===

impl Database {
    /// Compares the schema with the migrations of this build.
    pub async fn schema_state(&self, migrators: &[&Migrator]) -> Result<SchemaState, DbError> {
        let mut missing = 0;
        for migrator in migrators {
            let applied = self.applied(&migrator.table_name).await?;
            missing += migrator
                .iter()
                .filter(|migration| !applied.contains(&migration.version))
                .count();
        }
        Ok(if missing == 0 {
            SchemaState::Current
        } else {
            SchemaState::Older { missing }
        })
    }

    async fn applied(&self, table: &str) -> Result<Vec<i64>, DbError> {
        let exists: bool = sqlx::query_scalar("select to_regclass($1) is not null")
            .bind(table)
            .fetch_one(self.pool())
            .await?;
        if !exists {
            return Ok(Vec::new());
        }
        // The name of the table is a constant of the migrator, never input.
        let statement = AssertSqlSafe(format!("select version from {table} where success"));
        Ok(sqlx::query_scalar(statement).fetch_all(self.pool()).await?)
    }
}
