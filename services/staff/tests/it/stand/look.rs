//! A look into staff's database, by the owner: what is on its way to Kafka, what the audit says, what is stored at all.

use prost::Message as _;
use proto::staff::events::v1 as events;
use sqlx::{Connection as _, PgConnection, Row as _};

use super::Stand;

impl Stand {
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.addresses.owner_url).await.unwrap()
    }

    /// Keys of the records of a topic, oldest first, heartbeats left out.
    pub async fn outbox(&self, topic: &str) -> Vec<(String, Vec<u8>)> {
        let query = "select key, payload from platform.outbox where topic = $1 and key not like 'heartbeat-%' order by id";
        let rows = sqlx::query(query)
            .bind(topic)
            .fetch_all(&mut self.owner().await)
            .await
            .unwrap();
        rows.into_iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// The last record of an account.
    pub async fn last_record(&self, account_id: &str) -> events::AccountState {
        let records = self.outbox("staff.account.v1").await;
        let (_, payload) = records
            .into_iter()
            .rev()
            .find(|(key, _)| key == account_id)
            .unwrap();
        match events::AccountRecord::decode(payload.as_slice())
            .unwrap()
            .record
            .unwrap()
        {
            events::account_record::Record::Account(state) => state,
            events::account_record::Record::Heartbeat(_) => panic!("an account's key holds a heartbeat"),
        }
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

    pub async fn count(&self, table: &'static str) -> i64 {
        let query = format!("select count(*) from {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }
}
