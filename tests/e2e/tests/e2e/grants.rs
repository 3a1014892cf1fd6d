//! Two processes that decide by the platform's grants: how soon they follow, what they do when cut off, and that what
//! they hold is what staff's tables say.

mod cold_start;
mod outage;
mod random_steps;
mod revocation;

use std::time::Duration;

/// How long a change may take to arrive when nothing is timed.
const ARRIVAL: Duration = Duration::from_secs(15);
