//! Threads that stay on one core, and the CPU time they took: so that server and callers do not take each other's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// A runtime of one worker that stays on one core.
pub struct Pinned {
    runtime: Runtime,
    threads: Arc<Mutex<Vec<PathBuf>>>,
}

impl Pinned {
    pub fn new(core: usize) -> Self {
        let threads = Arc::new(Mutex::new(Vec::new()));
        let started = Arc::clone(&threads);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .on_thread_start(move || started.lock().unwrap().push(stay_on(core)))
            .build()
            .unwrap();
        Self { runtime, threads }
    }

    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// CPU time of its threads until now.
    pub fn cpu(&self) -> Duration {
        self.threads
            .lock()
            .unwrap()
            .iter()
            .map(|thread| cpu_of(thread))
            .sum()
    }
}

fn stay_on(core: usize) -> PathBuf {
    let thread = PathBuf::from("/proc").join(std::fs::read_link("/proc/thread-self").unwrap());
    let id = thread.file_name().unwrap();
    let core = core % std::thread::available_parallelism().unwrap();
    let pinned = Command::new("taskset")
        .args(["-pc", &core.to_string()])
        .arg(id)
        .output()
        .unwrap();
    assert!(pinned.status.success(), "a thread cannot be kept on core {core}");
    thread
}

// Zero for a thread that has ended: the runtime's helpers come and go.
fn cpu_of(thread: &Path) -> Duration {
    let told = std::fs::read_to_string(thread.join("schedstat")).unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
