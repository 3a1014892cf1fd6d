//! Everything that is held of a person, for that person: a page at a time, kind by kind, each kind oldest first. Plans are
//! held back where the service shows no documents, as everywhere.

use jiff::Timestamp;
use platform::subject::behind;
use uuid::Uuid;

use super::Queries;
use crate::domain::ids::{DocumentId, PersonId, PlacementId};
use crate::error::ParticipantsError;
use crate::store;
use crate::store::accesses::Access;
use crate::store::placements::Found;
use crate::store::plans::SentPlan;

/// Rows of a page: what one person's export takes of the memory at a time.
const PAGE: usize = 100;

/// Where an export goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Placements(Option<PlacementId>),
    Plans(Option<DocumentId>),
    Accesses(Option<(Timestamp, Uuid)>),
}

/// Some of the records.
#[derive(Clone, Debug)]
pub enum Page {
    Placements(Vec<Found>),
    Plans(Vec<SentPlan>),
    Accesses(Vec<Access>),
}

impl Place {
    pub const START: Self = Self::Placements(None);
}

impl Page {
    /// Where the records go on behind this page.
    fn next(&self) -> Option<Place> {
        match self {
            Self::Placements(found) => behind(found, PAGE, |it| Place::Placements(Some(it.placement.id)))
                .or(Some(Place::Plans(None))),
            Self::Plans(plans) => {
                behind(plans, PAGE, |plan| Place::Plans(Some(plan.id))).or(Some(Place::Accesses(None)))
            }
            Self::Accesses(accesses) => behind(accesses, PAGE, |access| {
                Place::Accesses(Some((access.at, access.id)))
            }),
        }
    }
}

impl Queries {
    /// A page, and where the next one begins.
    pub async fn own_records(
        &self,
        persons: &[PersonId],
        from: Place,
    ) -> Result<(Page, Option<Place>), ParticipantsError> {
        let limit = i64::try_from(PAGE).expect("a page is small");
        let page = self
            .database
            .transaction("participants.export_subject", async |tx| {
                Ok::<_, ParticipantsError>(match from {
                    Place::Placements(after) => Page::Placements(
                        store::placements::of_person_since(tx, &self.keys, persons, after, limit).await?,
                    ),
                    Place::Plans(after) => {
                        Page::Plans(store::plans::of_person_since(tx, persons, after, limit).await?)
                    }
                    Place::Accesses(after) => {
                        Page::Accesses(store::accesses::of_person_since(tx, persons, after, limit).await?)
                    }
                })
            })
            .await?;
        let next = page.next();
        Ok((page, next))
    }
}
