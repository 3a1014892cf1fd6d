//! Where stacks run side by side. A test that measures no time takes one of a few places; one whose promise is a time takes
//! all of them for as long as it measures. Places are locks of files, so that other processes of the workspace count too,
//! and whoever asks is served in turn, so that nobody waits for ever.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use support::eventually::try_eventually;
use support::files;

/// A stack waits more than it computes, and takes about one and a half gigabytes. Two of them keep two cores busy; with
/// more, starts take so long on such a machine that deadlines pass.
const PLACES: usize = 2;
/// Longer than all that can be in front of somebody.
const PATIENCE: Duration = Duration::from_hours(2);

/// Held by whoever runs a stack, until it is dropped.
#[derive(Debug, Default)]
pub struct Room {
    _held: Vec<File>,
}

impl Room {
    /// Waits until nobody else runs the stack of this name, in another process: it has one folder.
    pub async fn named(name: &str) -> Result<Self> {
        let stack = lock(&format!("stack-{name}")).await?;
        Ok(Self { _held: vec![stack] })
    }

    /// Waits for a place beside others.
    pub async fn beside_others() -> Result<Self> {
        let _turn = lock("turn").await?;
        let place = try_eventually(PATIENCE, || async { free_place() }).await?;
        Ok(Self { _held: vec![place] })
    }

    /// Waits until no other stack is being started. A start needs more of the machine than what follows, and those who
    /// start together wait longer for their brokers than those who start in turn.
    pub async fn to_start() -> Result<Self> {
        let start = lock("start").await?;
        Ok(Self { _held: vec![start] })
    }

    /// Waits until nobody else holds a place, while nobody gets one. Whoever holds a place gives it up first: two who
    /// waited for each other's would wait for ever.
    pub async fn alone() -> Result<Self> {
        let mut held = vec![lock("turn").await?];
        for number in 0..PLACES {
            held.push(lock(&place(number)).await?);
        }
        Ok(Self { _held: held })
    }
}

async fn lock(name: &str) -> Result<File> {
    let file = lock_file(name);
    tokio::task::spawn_blocking(move || files::lock(&file)).await?
}

fn free_place() -> Result<File> {
    let mut opened = (0..PLACES).map(|number| files::open_lock(&lock_file(&place(number))));
    let free = opened.find(|file| file.as_ref().map_or(true, |file| file.try_lock().is_ok()));
    free.context("every place is taken")?
}

fn place(number: usize) -> String {
    format!("place-{number}")
}

fn lock_file(name: &str) -> PathBuf {
    files::run_folder().join(format!("test/e2e-{name}.lock"))
}
