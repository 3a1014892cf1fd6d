//! The ids of a page, found by indexes alone before anything is joined. Who reaches a few units has what is in them looked
//! through in the order of the ids; in a larger reach those at work are found by their days and reports by their state.
//! With a plan made for any caller, a join is tried the wrong way round for a large one, hence arrays and `offset 0`.

mod of_organisation;
mod of_places;

use platform::db::DbError;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Search;
use crate::domain::ids::{PlacementId, UnitId};
use crate::domain::report::Status;

/// Units and offices that are looked through for everybody: a page is full long before their end.
const SOME_PLACES: usize = 25;
/// The same for one state, which may be so rare that all of it is looked through.
const FEW_PLACES: usize = 10;

/// Where to look.
pub(super) struct Narrowed {
    pub is_everywhere: bool,
    pub units: Vec<Uuid>,
    pub offices: Vec<Uuid>,
}

/// Ids of a page and of the row after it, rising.
pub(super) async fn ids(
    connection: &mut PgConnection,
    search: &Search<'_>,
) -> Result<Vec<PlacementId>, DbError> {
    let places = Narrowed::of(search);
    let most = match search.status {
        None | Some(Status::NotBegun) => SOME_PLACES,
        Some(Status::Draft | Status::Waiting | Status::Approved | Status::Rejected | Status::Lapsed) => {
            FEW_PLACES
        }
    };
    if places.are_at_most(most) {
        return of_places::ids(connection, search, &places).await;
    }
    match search.status {
        None => everybody(connection, search, &places).await,
        Some(Status::NotBegun) => of_organisation::not_begun(connection, search, &places).await,
        Some(status) => of_organisation::begun(connection, search, &places, &[status], Uuid::max()).await,
    }
}

/// Those at work, and of those who were not, the ones who have reported nevertheless.
async fn everybody(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
) -> Result<Vec<PlacementId>, DbError> {
    let most = usize::try_from(search.limit).unwrap_or(0);
    let mut ids = of_organisation::at_work(connection, search, places).await?;
    // Nobody behind a full page is looked for.
    let until = ids.last().filter(|_| ids.len() >= most);
    let until = until.map_or(Uuid::max(), |last| last.as_uuid());
    ids.extend(of_organisation::begun(connection, search, places, &BEGUN, until).await?);
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(most);
    Ok(ids)
}

const BEGUN: [Status; 5] = [
    Status::Draft,
    Status::Waiting,
    Status::Approved,
    Status::Rejected,
    Status::Lapsed,
];

fn codes(statuses: &[Status]) -> Vec<String> {
    statuses.iter().map(|status| status.code().to_owned()).collect()
}

impl Search<'_> {
    /// The id before all that are wanted. No placement has the nil id.
    fn from(&self) -> Uuid {
        self.after.map_or(Uuid::nil(), PlacementId::as_uuid)
    }
}

impl Narrowed {
    /// Of whole units the wanted one alone; single offices the statements tell apart.
    pub fn of(search: &Search<'_>) -> Self {
        let Some(places) = &search.reach.places else {
            return Self {
                is_everywhere: search.unit.is_none(),
                units: search.unit.iter().map(|unit| unit.as_uuid()).collect(),
                offices: Vec::new(),
            };
        };
        let is_wanted = |unit: &&UnitId| search.unit.is_none_or(|wanted| **unit == wanted);
        Self {
            is_everywhere: false,
            units: places
                .units
                .iter()
                .filter(is_wanted)
                .map(|unit| unit.as_uuid())
                .collect(),
            offices: places.offices.iter().map(|office| office.as_uuid()).collect(),
        }
    }

    fn are_at_most(&self, most: usize) -> bool {
        !self.is_everywhere && self.units.len() + self.offices.len() <= most
    }
}
