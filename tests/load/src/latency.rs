//! Latency in an open loop: calls are sent at intended times, whether earlier ones were answered or not, and the time is
//! taken from the intended one. A thread of its own keeps the pace.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use hdrhistogram::Histogram;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::Pinned;

const WARM_UP: u64 = 24;
const LONGEST: Duration = Duration::from_mins(1);

/// A call that is made many times over; what varies follows from its number.
pub struct Case {
    pub name: &'static str,
    /// Makes the call and answers how many rows came.
    pub call: Box<dyn Fn(u64) -> BoxFuture<'static, usize>>,
    /// How many rows every answer has at least.
    pub rows: usize,
    /// Calls a second.
    pub per_second: u32,
}

/// What came of a case.
pub struct Latencies {
    pub name: &'static str,
    pub p99: Duration,
}

impl Case {
    /// The same at another rate: what takes much of a core is asked for less often.
    #[must_use]
    pub fn at(self, per_second: u32) -> Self {
        Self { per_second, ..self }
    }
}

/// Sends `calls` calls at the case's rate, after some that warm up, and prints the distribution.
pub fn measure(callers: &Pinned, case: &Case, calls: u64) -> Latencies {
    let per_second = case.per_second;
    for number in 0..WARM_UP {
        callers.run((case.call)(calls + number));
    }
    let handle = callers.run(async { Handle::current() });
    let (done, mut answers) = mpsc::unbounded_channel();
    let began = Instant::now() + Duration::from_millis(5);
    for number in 0..calls {
        let intended = began + Duration::from_secs(1) / per_second * u32::try_from(number).unwrap();
        std::thread::sleep(intended.saturating_duration_since(Instant::now()));
        let (call, done) = ((case.call)(number), done.clone());
        handle.spawn(async move {
            let rows = call.await;
            let _ = done.send((rows, intended.elapsed()));
        });
    }
    drop(done);
    let mut times = Histogram::<u64>::new_with_bounds(1, 120_000_000, 3).unwrap();
    let mut total = 0;
    let receive = async {
        while let Some((rows, time)) = answers.recv().await {
            assert!(rows >= case.rows, "{}: {rows} rows", case.name);
            total += rows;
            times.record(u64::try_from(time.as_micros()).unwrap()).unwrap();
        }
    };
    // Made where it runs: a deadline belongs to a runtime.
    let answered = callers.run(async { tokio::time::timeout(LONGEST, receive).await });
    assert!(
        answered.is_ok() && times.len() == calls,
        "{}: {} answers",
        case.name,
        times.len()
    );
    let at = |quantile| Duration::from_micros(times.value_at_quantile(quantile));
    println!(
        "{:<56} {per_second:>3}/s {calls:>4} calls {total:>7} rows  p50 {:>8.1?} p90 {:>8.1?} p99 {:>8.1?} max {:>8.1?}",
        case.name,
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
    Latencies {
        name: case.name,
        p99: at(0.99),
    }
}

/// Ends the benchmark when a p99 is above the bar.
pub fn check(measured: &[Latencies], bar: Duration) {
    let slow: Vec<&str> = measured
        .iter()
        .filter(|it| it.p99 > bar)
        .map(|it| it.name)
        .collect();
    println!(
        "p99 at most {bar:?}: {} of {} cases",
        measured.len() - slow.len(),
        measured.len()
    );
    assert!(slow.is_empty(), "above {bar:?}: {slow:?}");
}
