//! Reads, a file per aggregate. Whatever is read of a participant by others is told of in the same transaction; what the
//! viewer may not see does not exist.

pub mod accesses;
pub mod own_records;
pub mod placements;
pub mod plans;

use platform::db::Database;
use platform::keys::KeyRing;

/// The parts that reads work with. Clones share them.
#[derive(Clone)]
pub struct Queries {
    pub database: Database,
    pub keys: KeyRing,
}
