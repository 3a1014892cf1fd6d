//! CPU time of the database's processes, which are not ours to count otherwise.

use std::time::Duration;

/// CPU time of the server process of that id and of all it has started, until now. Sessions that ended are counted with
/// their parent.
pub fn cpu_of_database(postmaster: u32) -> Duration {
    let mut total = of(postmaster, true);
    let children = format!("/proc/{postmaster}/task/{postmaster}/children");
    let children = std::fs::read_to_string(children).unwrap_or_default();
    for child in children.split_whitespace() {
        total += of(child.parse().unwrap(), false);
    }
    total
}

// In hundredths of a second: own time, and with `ended` that of ended children.
fn of(process: u32, ended: bool) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The program's name stands in parentheses and may hold blanks.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = |place: usize| {
        fields
            .split_whitespace()
            .nth(place)
            .and_then(|it| it.parse::<u64>().ok())
    };
    let own = ticks(11).unwrap_or(0) + ticks(12).unwrap_or(0);
    let gone = if ended {
        ticks(13).unwrap_or(0) + ticks(14).unwrap_or(0)
    } else {
        0
    };
    Duration::from_millis((own + gone) * 10)
}
