//! The plans that calls really ran by, with their parameters, time and buffers: the server writes them to its log while it
//! is asked to.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use support::files;
use support::postgres::ServiceDatabase;

// The server tells its sessions by a signal.
const TOLD: Duration = Duration::from_millis(300);

/// Plans are being written.
pub struct Plans {
    superuser: PgConnection,
    log: PathBuf,
}

impl Plans {
    /// From now on every statement's plan is written.
    pub async fn of(database: &ServiceDatabase) -> Self {
        let mut superuser = PgConnection::connect(&database.admin_url).await.unwrap();
        for statement in [
            "load 'auto_explain'",
            "alter system set auto_explain.log_min_duration = 0",
            "alter system set auto_explain.log_analyze = on",
            "alter system set auto_explain.log_buffers = on",
            "select pg_reload_conf()",
        ] {
            sqlx::query(statement).execute(&mut superuser).await.unwrap();
        }
        tokio::time::sleep(TOLD).await;
        Self {
            superuser,
            log: files::run_folder().join("bench/postgres.log"),
        }
    }

    /// Prints the plan of the statement that took longest in the work.
    pub async fn print(&self, name: &str, work: impl Future<Output = usize>) {
        let from = std::fs::metadata(&self.log).unwrap().len();
        work.await;
        let slowest = self
            .since(from)
            .into_iter()
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let (time, plan) = slowest.unwrap_or_else(|| panic!("{name}: no plan was written"));
        println!("-- {name}: {time:.2} ms\n{plan}");
    }

    /// As before.
    pub async fn end(mut self) {
        for statement in [
            "alter system reset auto_explain.log_min_duration",
            "alter system reset auto_explain.log_analyze",
            "alter system reset auto_explain.log_buffers",
            "select pg_reload_conf()",
        ] {
            sqlx::query(statement).execute(&mut self.superuser).await.unwrap();
        }
        self.superuser.close().await.unwrap();
    }

    fn since(&self, from: u64) -> Vec<(f64, String)> {
        let mut log = std::fs::File::open(&self.log).unwrap();
        log.seek(SeekFrom::Start(from)).unwrap();
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        let entries = text.split("LOG:  duration: ").skip(1);
        entries.filter_map(entry).collect()
    }
}

// Duration, text of the statement, plan; every line after the first begins with a tabulator.
fn entry(text: &str) -> Option<(f64, String)> {
    let (time, rest) = text.split_once(" ms")?;
    let lines = rest.lines().skip(1).take_while(|line| line.starts_with('\t'));
    let plan = lines.skip_while(|line| !line.contains("(cost="));
    let plan: Vec<&str> = plan.map(|line| line.trim_start_matches('\t')).collect();
    Some((time.parse().ok()?, plan.join("\n")))
}
