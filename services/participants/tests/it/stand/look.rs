//! A look into the database, by the owner: what is on its way to Kafka, what the audit says, what is stored at all.

use prost::Message;
use proto::audit::events::v1::AccessRecorded;
use proto::participants::events::v1 as events;
use sqlx::{Connection as _, PgConnection, Row as _};

use super::Stand;

impl Stand {
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.addresses.owner_url).await.unwrap()
    }

    /// Keys and payloads of the records of a topic, oldest first.
    pub async fn outbox(&self, topic: &str) -> Vec<(String, Vec<u8>)> {
        let query = "select key, payload from platform.outbox where topic = $1 order by id";
        let rows = sqlx::query(query)
            .bind(topic)
            .fetch_all(&mut self.owner().await)
            .await
            .unwrap();
        rows.into_iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// Every state a placement was published in, oldest first.
    pub async fn published(&self, placement_id: &str) -> Vec<events::PlacementState> {
        let records = self.outbox("participants.placement.v1").await;
        let own = records.into_iter().filter(|(key, _)| key == placement_id);
        own.map(|(_, payload)| decoded(&payload)).collect()
    }

    pub async fn documents(&self) -> Vec<events::DocumentState> {
        let records = self.outbox("participants.document.v1").await;
        records.iter().map(|(_, payload)| decoded(payload)).collect()
    }

    pub async fn told_reads(&self) -> Vec<AccessRecorded> {
        let records = self.outbox("audit.access.v1").await;
        records.iter().map(|(_, payload)| decoded(payload)).collect()
    }

    /// How many lines the audit has of an action.
    pub async fn audited(&self, action: &str) -> i64 {
        let query = "select count(*) from platform.audit_lines where action = $1";
        sqlx::query_scalar(query)
            .bind(action)
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    /// How many wait for a lock.
    pub async fn waiting(&self) -> i64 {
        let query = "select count(*) from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database()";
        sqlx::query_scalar(query)
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    pub async fn count(&self, table: &'static str) -> i64 {
        let query = format!("select count(*) from {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }
}

fn decoded<M: Message + Default>(payload: &[u8]) -> M {
    M::decode(payload).unwrap()
}
