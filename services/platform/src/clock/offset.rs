//! The file by which a development stack moves the time of its processes together. It is read again at most five
//! times a second, so that a change is seen soon and a busy service does not read a file per call.

use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

const READ_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// An offset read from a file.
#[derive(Debug)]
pub(super) struct OffsetFile {
    path: PathBuf,
    last_read: Mutex<Reading>,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    at: Instant,
    offset: SignedDuration,
}

impl OffsetFile {
    /// Reads the file once, so that a wrong path or content is seen at start.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let reading = Reading {
            at: Instant::now(),
            offset: read(&path)?,
        };
        Ok(Self {
            path,
            last_read: Mutex::new(reading),
        })
    }

    /// The offset of now. A file that cannot be read any more leaves the last one in force: time must not jump back
    /// because a file is being replaced.
    pub(super) fn offset(&self) -> SignedDuration {
        let mut last = self.last_read.lock().expect("no holder of this lock can panic");
        if last.at.elapsed() >= READ_AGAIN_AFTER {
            let offset = read(&self.path).unwrap_or(last.offset);
            *last = Reading {
                at: Instant::now(),
                offset,
            };
        }
        last.offset
    }
}

fn read(path: &std::path::Path) -> io::Result<SignedDuration> {
    let text = std::fs::read_to_string(path)?;
    let seconds = text.trim().parse::<i64>();
    let seconds =
        seconds.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a number of seconds"))?;
    Ok(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
pub(super) fn scratch_file(content: &str) -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "deltaga-offset-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, content).unwrap();
    path
}
