//! What the machine tells of a process: memory at its most, and CPU time.

use std::time::Duration;

// The clock of /proc: Linux counts in hundredths of a second whatever the machine's own.
const TICK: Duration = Duration::from_millis(10);
// Fields of /proc/<id>/stat behind the name: user and system time.
const TIMES: std::ops::Range<usize> = 11..13;

/// Bytes of memory the process ever held at once.
pub fn peak_memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kilobytes * 1024
}

/// User and system time so far.
pub fn cpu(id: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, behind_name) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = behind_name.split(' ').collect();
    let ticks: u32 = fields[TIMES]
        .iter()
        .map(|field| field.parse::<u32>().unwrap())
        .sum();
    TICK * ticks
}
