//! The cluster all tests share: that of the surroundings `devstack test-surroundings` made, or one that the first test
//! starts and that ends by itself when no test process is left.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result;
use tokio::sync::OnceCell;

use super::{Cluster, Options};
use crate::shared::{self, Lease, Started};
use crate::{files, ports};

/// The superuser's address of the cluster tests share.
pub async fn admin_url() -> Result<String> {
    static SHARED: OnceCell<(String, Option<Lease>)> = OnceCell::const_new();
    let (url, _lease) = SHARED.get_or_try_init(find_or_start).await?;
    Ok(url.clone())
}

/// Changes whenever the test program is built anew, and with it perhaps its migrations. Read once: a build during the
/// run may replace the file.
pub fn program_stamp() -> Result<&'static str> {
    static STAMP: OnceLock<String> = OnceLock::new();
    match STAMP.get() {
        Some(stamp) => Ok(stamp),
        None => read_stamp().map(|stamp| STAMP.get_or_init(|| stamp).as_str()),
    }
}

fn read_stamp() -> Result<String> {
    let program = std::env::current_exe()?;
    let file = std::fs::metadata(&program)?;
    let facts = format!("{} {} {}", program.display(), file.mtime_nsec(), file.mtime());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, facts.as_bytes());
    Ok(hex::encode(digest)[..12].to_owned())
}

async fn find_or_start() -> Result<(String, Option<Lease>)> {
    if let Some(url) = shared::given("TEST_DATABASE_URL") {
        return Ok((url, None));
    }
    let home = files::run_folder().join("test/postgres");
    let (lease, url) = shared::acquire(&home, "INT", || start(home.clone())).await?;
    Ok((url, Some(lease)))
}

async fn start(home: PathBuf) -> Result<Started> {
    let folder = home.join("cluster");
    Cluster::remove(&folder)?;
    let log_file = home.join("postgres.log");
    let cluster = Cluster::start(Options {
        folder,
        log_file,
        port: ports::reserve()?,
        durable: false,
    })
    .await?;
    Ok(Started {
        address: cluster.url("postgres"),
        process: cluster.into_process(),
    })
}
