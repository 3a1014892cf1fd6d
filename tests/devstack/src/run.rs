//! `devstack run`: starts the stack, does the tour, and runs until it is told to stop. A first signal ends everything in
//! order, a second one at once; either way no process is left.

use std::fs::File;
use std::process::ExitCode;

use anyhow::{Result, bail};
use support::{files, process};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::pages;
use crate::progress::Progress;
use crate::stack::{Plan, Stack};
use crate::tour;

/// The file in `.run` that names the processes of the stack.
pub const PROCESSES: &str = "stack.processes";

/// The signals that end the stack.
pub struct EndSignals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

/// Runs the stack in the foreground.
pub fn run() -> Result<ExitCode> {
    let _alone = hold_stack_lock()?;
    process::leave_signals_to_caller();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let mut signals = EndSignals::listen()?;
        process::keep_record(&files::run_folder().join(PROCESSES)).await?;
        Box::pin(serve(Progress::detect(), &mut signals)).await
    });
    process::kill_all();
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Taken by whoever runs or removes the stack of this workspace.
pub fn hold_stack_lock() -> Result<File> {
    let lock = files::open_lock(&files::run_folder().join("stack.lock"))?;
    if lock.try_lock().is_err() {
        bail!("the stack of this workspace already runs; stop it first (Ctrl-C where it was started)");
    }
    Ok(lock)
}

impl EndSignals {
    pub fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next of them.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

async fn serve(progress: Progress, signals: &mut EndSignals) -> Result<()> {
    let start = async {
        let stack = Stack::start(Plan::fixed()?, progress).await?;
        let toured = tour::run(&stack).await;
        anyhow::Ok((stack, toured))
    };
    let (mut stack, toured) = tokio::select! {
        started = start => started?,
        () = signals.next() => {
            progress.say("stopped before everything was up");
            return Ok(());
        }
    };
    let ended = match toured {
        Ok(()) => wait(&mut stack, progress, signals).await,
        Err(error) => Err(error.context("the tour failed")),
    };
    tokio::select! {
        stopped = progress.step("stopping", stack.stop()) => ended.and(stopped),
        () = signals.next() => ended,
    }
}

async fn wait(stack: &mut Stack, progress: Progress, signals: &mut EndSignals) -> Result<()> {
    progress.say(&pages::told(&stack.plan));
    progress.say("running; Ctrl-C stops everything, state stays in .run until `make reset`");
    tokio::select! {
        died = stack.watch() => died,
        () = signals.next() => Ok(()),
    }
}
