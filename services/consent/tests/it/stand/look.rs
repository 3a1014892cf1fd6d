//! A look into consent's database, by the owner.

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

    /// How many lines the audit has of an action.
    pub async fn audited(&self, action: &str) -> i64 {
        let query = "select count(*) from platform.audit_lines where action = $1";
        sqlx::query_scalar(query)
            .bind(action)
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    /// How many transactions wait for an advisory lock in this database.
    pub async fn waiting(&self) -> i64 {
        let query = "select count(*) from pg_locks join pg_database on pg_database.oid = pg_locks.database
            where locktype = 'advisory' and not granted and datname = current_database()";
        sqlx::query_scalar(query)
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    pub async fn count_of(&self, table: &'static str) -> i64 {
        let query = format!("select count(*) from {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut self.owner().await)
            .await
            .unwrap()
    }

    /// Everything that is held of other contexts, as one text.
    pub async fn projections(&self) -> String {
        let mut owner = self.owner().await;
        let mut all = String::new();
        for table in [
            "month_reports",
            "placements",
            "joined_persons",
            "deliveries",
            "delivery_rows",
            "preparations",
            "consents",
        ] {
            let query = format!(
                "select coalesce(string_agg(row::text, E'\\n' order by row::text), '') from {table} row"
            );
            let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
                .fetch_one(&mut owner)
                .await
                .unwrap();
            all.extend([table, "\n", &rows, "\n"]);
        }
        all
    }
}
