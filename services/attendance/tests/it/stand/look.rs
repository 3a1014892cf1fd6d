//! A look into attendance's database, by the owner.

use prost::Message as _;
use proto::attendance::events::v1::MonthReportState;
use sqlx::{Connection as _, PgConnection, Row as _};

use super::Stand;

impl Stand {
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.addresses.owner_url).await.unwrap()
    }

    /// Keys and payloads of the records of a topic on their way, oldest first.
    pub async fn outbox(&self, topic: &str) -> Vec<(String, Vec<u8>)> {
        let query = "select key, payload from platform.outbox where topic = $1 order by id";
        let rows = sqlx::query(query)
            .bind(topic)
            .fetch_all(&mut self.owner().await)
            .await
            .unwrap();
        rows.into_iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// The last record of a month report.
    pub async fn told(&self, report: &str) -> MonthReportState {
        let records = self.outbox("attendance.month-report.v1").await;
        let (_, payload) = records.into_iter().rev().find(|(key, _)| key == report).unwrap();
        MonthReportState::decode(payload.as_slice()).unwrap()
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

    /// Rows of a table as one text.
    pub async fn rows_of(&self, table: &'static str) -> String {
        let query =
            format!("select coalesce(string_agg(row::text, E'\\n' order by row::text), '') from {table} row");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    /// Whether anybody waits for a lock.
    pub async fn is_somebody_waiting(&self) -> bool {
        let query = "select exists (select from pg_locks join pg_stat_activity using (pid)
            where not granted and datname = current_database())";
        sqlx::query_scalar(query)
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    /// Tries a statement as the service itself may.
    pub async fn try_as_application(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        let mut application = PgConnection::connect(&self.addresses.application_url).await?;
        sqlx::query(statement).execute(&mut application).await?;
        Ok(())
    }
}
