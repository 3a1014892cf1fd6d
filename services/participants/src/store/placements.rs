//! Placements. Names and contacts are sealed under a key of the placement's own; names are found by keyed hashes of
//! their beginnings.

mod lists;
mod row;
mod search;
mod write;

use jiff::civil::Date;
use platform::db::{Day, Tx};
use platform::keys::KeyRing;

pub use self::lists::{Filter, Found, Scope, by_supervisor, inbox, list, of_person, of_person_since};
use self::row::{PlacementRow, open_all, select};
pub use self::search::search;
pub use self::write::{insert, update_state, update_terms};
use crate::domain::ids::PlacementId;
use crate::domain::placement::Placement;
use crate::domain::reference::CaseReference;
use crate::error::ParticipantsError;

type Result<T> = std::result::Result<T, ParticipantsError>;

/// The placement of a case, locked.
pub async fn lock_by_case(tx: &mut Tx, keys: &KeyRing, case: &CaseReference) -> Result<Option<Placement>> {
    let rows = select!("where case_reference = $1 for no key update", case.as_str())
        .fetch_all(&mut **tx)
        .await?;
    Ok(open_all(keys, rows)?.pop())
}

/// Placements by id, locked in the order of their ids.
pub async fn lock_all(tx: &mut Tx, keys: &KeyRing, ids: &[PlacementId]) -> Result<Vec<Placement>> {
    let rows = select!(
        "where placement_id = any($1) order by placement_id for no key update",
        ids as _
    )
    .fetch_all(&mut **tx)
    .await?;
    open_all(keys, rows)
}

pub async fn find_all(tx: &mut Tx, keys: &KeyRing, ids: &[PlacementId]) -> Result<Vec<Placement>> {
    let rows = select!("where placement_id = any($1)", ids as _)
        .fetch_all(&mut **tx)
        .await?;
    open_all(keys, rows)
}

pub async fn find(tx: &mut Tx, keys: &KeyRing, id: PlacementId) -> Result<Option<Placement>> {
    Ok(find_all(tx, keys, &[id]).await?.pop())
}

/// The placement that a case belongs to.
pub async fn of_case(tx: &mut Tx, keys: &KeyRing, case: &CaseReference) -> Result<Option<Placement>> {
    let rows = select!("where case_reference = $1", case.as_str())
        .fetch_all(&mut **tx)
        .await?;
    Ok(open_all(keys, rows)?.pop())
}

/// The latest placement that extends a case.
pub async fn extending(tx: &mut Tx, keys: &KeyRing, case: &CaseReference) -> Result<Option<Placement>> {
    let rows = select!(
        "where extends_case_reference = $1 order by placement_id desc limit 1",
        case.as_str()
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(open_all(keys, rows)?.pop())
}

/// Placements whose status is another one by today, locked; those that somebody works on come next time.
pub async fn due(tx: &mut Tx, keys: &KeyRing, today: Date, limit: i64) -> Result<Vec<Placement>> {
    let rows = select!(
        "where next_change_on <= $1 order by next_change_on limit $2 for no key update skip locked",
        Day(today) as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    open_all(keys, rows)
}

/// In the order of ids, for writing all of them out; locked against changes meanwhile.
pub async fn page(
    tx: &mut Tx,
    keys: &KeyRing,
    after: Option<PlacementId>,
    limit: i64,
) -> Result<Vec<Placement>> {
    let rows = select!(
        "where $1::uuid is null or placement_id > $1 order by placement_id limit $2 for no key update",
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    open_all(keys, rows)
}
