//! The installed PostgreSQL programs and the user they run as: the server refuses to run as root, so root hands the data
//! to an unprivileged user, in another place when that user cannot reach the wanted one.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::unistd::{Uid, User};

use super::at_root;
use crate::process;

const MADE: Duration = Duration::from_mins(2);
const DEBIAN: &str = "/usr/lib/postgresql";

/// Where the programs are and who runs them (nobody in particular: ourselves).
pub struct Programs {
    folder: PathBuf,
    user: Option<User>,
}

impl Programs {
    pub fn find() -> Result<Self> {
        let folder = by_pg_config().or_else(newest_of_debian);
        let folder =
            folder.context("PostgreSQL's server programs are not installed (Debian package postgresql)")?;
        Ok(Self {
            folder,
            user: unprivileged_user()?,
        })
    }

    /// A command for one of the programs, as the right user.
    pub fn command(&self, program: &str) -> Command {
        let mut command = at_root(Command::new(self.folder.join(program)));
        command.env("LC_ALL", "C.UTF-8");
        if let Some(user) = &self.user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// The data folder for the wanted place, there or elsewhere, owned by the user who runs the programs.
    pub fn data_folder(&self, wanted: &Path) -> Result<PathBuf> {
        fs::create_dir_all(wanted)?;
        let Some(user) = &self.user else {
            return Ok(wanted.join("data"));
        };
        let folder = if is_open_to(user, wanted) {
            wanted.to_path_buf()
        } else {
            elsewhere(wanted)
        };
        fs::create_dir_all(&folder)?;
        chown(&folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        Ok(folder.join("data"))
    }

    /// Makes the cluster whole or not at all: it gets its name when it is complete.
    pub async fn make_cluster(&self, data: &Path, log_file: &Path) -> Result<()> {
        let draft = data.with_extension("draft");
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        let mut command = self.command("initdb");
        command.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        command.arg("-D").arg(&draft);
        process::run("initdb", &mut command, log_file, MADE).await?;
        Ok(fs::rename(&draft, data)?)
    }
}

/// The place of the data when the cluster's user cannot enter the wanted folder.
pub fn elsewhere(wanted: &Path) -> PathBuf {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, wanted.as_os_str().as_encoded_bytes());
    Path::new("/var/tmp").join(format!("deltaga-postgres-{}", &hex::encode(digest)[..16]))
}

fn by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    folder.join("postgres").exists().then_some(folder)
}

fn newest_of_debian() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?.flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max()?;
    let folder = Path::new(DEBIAN).join(newest.to_string()).join("bin");
    folder.join("postgres").exists().then_some(folder)
}

fn unprivileged_user() -> Result<Option<User>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let user =
        User::from_name("postgres")?.map_or_else(|| User::from_name("nobody"), |user| Ok(Some(user)))?;
    Ok(Some(user.context(
        "neither the user postgres nor nobody exists, and the server does not run as root",
    )?))
}

fn is_open_to(user: &User, folder: &Path) -> bool {
    folder.ancestors().skip(1).all(|ancestor| {
        fs::metadata(ancestor)
            .is_ok_and(|entry| entry.permissions().mode() & 0o001 != 0 || entry.uid() == user.uid.as_raw())
    })
}
