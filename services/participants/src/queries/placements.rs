//! Reads of placements. Lists are narrowed by statements and judged once more by the domain, which decides.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::access::{self, Depth, Reader};
use platform::db::Tx;

use super::Queries;
use crate::commands::today;
use crate::domain::ids::{PersonId, PlacementId};
use crate::domain::placement::Placement;
use crate::domain::reference::CaseReference;
use crate::domain::search::SearchText;
use crate::domain::visibility::{StaffViewer, Viewer};
use crate::error::ParticipantsError;
use crate::store;
use crate::store::placements::{Filter, Found, Scope};

const KIND: &str = "placement";

/// A placement with its neighbours, as far as the viewer sees them.
#[derive(Clone, Debug)]
pub struct Looked {
    pub placement: Placement,
    pub extends: Option<PlacementId>,
    pub extended_by: Option<PlacementId>,
}

impl Queries {
    /// Placements in scope, newest first, at most the filter's limit.
    pub async fn list(
        &self,
        reader: &Reader,
        viewer: &Viewer,
        filter: &Filter,
        text: Option<&SearchText>,
    ) -> Result<Vec<Placement>, ParticipantsError> {
        let Some(scope) = scope(viewer) else {
            return Ok(Vec::new());
        };
        self.database
            .transaction("participants.list_placements", async |tx| {
                let found = match (text, filter.supervisor) {
                    (Some(text), _) => {
                        store::placements::search(tx, &self.keys, &scope, filter, text).await?
                    }
                    (None, Some(_)) => {
                        store::placements::by_supervisor(tx, &self.keys, &scope, filter).await?
                    }
                    (None, None) => store::placements::list(tx, &self.keys, &scope, filter).await?,
                };
                let today = today(tx);
                let sees = |it: &Placement| viewer.sees(it, today);
                shown(tx, reader, found, purpose(viewer), page(filter.limit), sees).await
            })
            .await
    }

    pub async fn inbox(
        &self,
        reader: &Reader,
        viewer: &StaffViewer,
        after: Option<PlacementId>,
        limit: i64,
    ) -> Result<Vec<Placement>, ParticipantsError> {
        let scope = Scope::of(&viewer.grant);
        self.database
            .transaction("participants.list_inbox", async |tx| {
                let today = today(tx);
                let sees = |it: &Placement| viewer.covers(it) && it.is_in_inbox(today);
                // Until the job has written down what the day turned, rows are found that are not shown: a page goes on
                // behind them.
                let (mut found, mut after) = (Vec::new(), after);
                loop {
                    let next = store::placements::inbox(tx, &self.keys, &scope, after, limit).await?;
                    let is_last = page(limit) >= next.len();
                    after = next.last().map(|it| it.id).or(after);
                    found.extend(next.into_iter().filter(|it| sees(it)));
                    if is_last || found.len() > page(limit) {
                        break;
                    }
                }
                shown(tx, reader, found, "receive_participants", page(limit), sees).await
            })
            .await
    }

    /// Those that the viewer sees, in the order of the ids.
    pub async fn batch(
        &self,
        reader: &Reader,
        viewer: &Viewer,
        ids: &[PlacementId],
    ) -> Result<Vec<Placement>, ParticipantsError> {
        self.database
            .transaction("participants.get_placements", async |tx| {
                let found = store::placements::find_all(tx, &self.keys, ids).await?;
                let order: HashMap<PlacementId, usize> =
                    ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
                let today = today(tx);
                let sees = |it: &Placement| viewer.sees(it, today);
                let mut seen = shown(tx, reader, found, purpose(viewer), ids.len(), sees).await?;
                seen.sort_by_key(|placement| order.get(&placement.id).copied());
                Ok(seen)
            })
            .await
    }

    pub async fn get(
        &self,
        reader: &Reader,
        viewer: &Viewer,
        id: PlacementId,
    ) -> Result<Looked, ParticipantsError> {
        self.database
            .transaction("participants.get_placement", async |tx| {
                let today = today(tx);
                let found = store::placements::find(tx, &self.keys, id).await?;
                let found = found.filter(|placement| viewer.sees(placement, today));
                let placement = found.ok_or(ParticipantsError::NotFound("placement"))?;
                let person = [placement.person.as_uuid()];
                access::record(
                    tx,
                    reader,
                    "placement_details",
                    purpose(viewer),
                    &person,
                    Depth::Detail,
                )
                .await?;
                let (extends, extended_by) = self.neighbours(tx, viewer, &placement, today).await?;
                Ok(Looked {
                    placement,
                    extends,
                    extended_by,
                })
            })
            .await
    }

    pub async fn own(
        &self,
        persons: &[PersonId],
        after: Option<PlacementId>,
        limit: i64,
    ) -> Result<Vec<Found>, ParticipantsError> {
        self.database
            .transaction("participants.list_own_placements", async |tx| {
                store::placements::of_person(tx, &self.keys, persons, after, limit).await
            })
            .await
    }

    async fn neighbours(
        &self,
        tx: &mut Tx,
        viewer: &Viewer,
        placement: &Placement,
        today: Date,
    ) -> Result<(Option<PlacementId>, Option<PlacementId>), ParticipantsError> {
        let before: Option<&CaseReference> = placement.extends.as_ref().map(|told| &told.value);
        let before = match before {
            Some(case) => store::placements::of_case(tx, &self.keys, case).await?,
            None => None,
        };
        let after = store::placements::extending(tx, &self.keys, &placement.case).await?;
        let seen = |other: Option<Placement>| {
            // Of somebody else's case nothing is told, whatever a decision claims.
            let other = other.filter(|it| it.person == placement.person && viewer.sees(it, today));
            other.map(|it| it.id)
        };
        Ok((seen(before), seen(after)))
    }
}

fn scope(viewer: &Viewer) -> Option<Scope> {
    match viewer {
        Viewer::Staff(staff) => Some(Scope::of(&staff.grant)),
        Viewer::Supplier(organisation) => Some(Scope::everywhere(*organisation)),
        // The agency's systems know their cases; they ask for them by id.
        Viewer::Agency => None,
    }
}

const fn purpose(viewer: &Viewer) -> &'static str {
    match viewer {
        Viewer::Staff(staff) if staff.reports => "report_and_plan",
        Viewer::Staff(_) => "receive_participants",
        Viewer::Supplier(_) => "report_and_plan",
        Viewer::Agency => "agency_case",
    }
}

/// Rows that are shown of a page: the last one of the limit only says whether the list goes on.
fn page(limit: i64) -> usize {
    usize::try_from(limit - 1).unwrap_or(0)
}

/// What is seen of what was found; the first `most` of it are told to whom they are about.
async fn shown(
    tx: &mut Tx,
    reader: &Reader,
    mut found: Vec<Placement>,
    purpose: &'static str,
    most: usize,
    sees: impl Fn(&Placement) -> bool,
) -> Result<Vec<Placement>, ParticipantsError> {
    found.retain(|placement| sees(placement));
    let persons: Vec<_> = found
        .iter()
        .take(most)
        .map(|placement| placement.person.as_uuid())
        .collect();
    access::record(tx, reader, KIND, purpose, &persons, Depth::List).await?;
    Ok(found)
}
