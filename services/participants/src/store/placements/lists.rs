//! Lists of placements, newest first. Each kind of filter has a statement of its own, so that each has its index, which
//! alone gives the ids of a page. They are collected into an array first: with a plan made for any caller, a join is tried
//! the wrong way round for a large one.

use platform::auth::{AccountGrant, Offices, Scope as Granted};
use platform::db::Tx;
use platform::keys::KeyRing;
use uuid::Uuid;

use super::Result;
use super::row::{PlacementRow, open_all, select};
use crate::domain::ids::{AccountId, OfficeId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::placement::{Placement, Status};

/// Units that are looked through one by one; more of them are told apart in a look through the whole organisation.
const FEW_UNITS: usize = 10;

/// Where a viewer may look within an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub organisation: OrganisationId,
    /// All units, also those to come.
    pub is_everywhere: bool,
    /// Units with all of their offices.
    pub whole_units: Vec<UnitId>,
    /// Units of which only some offices count.
    pub part_units: Vec<UnitId>,
    pub offices: Vec<OfficeId>,
}

/// Which placements are wanted, and from where on.
#[derive(Clone, Debug)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub unit: Option<UnitId>,
    pub supervisor: Option<AccountId>,
    pub after: Option<PlacementId>,
    pub limit: i64,
}

/// A placement of the participant with what its unit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub placement: Placement,
    pub documents_online: bool,
}

/// Everything in scope.
pub async fn list(tx: &mut Tx, keys: &KeyRing, scope: &Scope, filter: &Filter) -> Result<Vec<Placement>> {
    let ids = newest(tx, scope, filter, filter.limit).await?;
    find_newest(tx, keys, &ids, filter.limit).await
}

/// Ids of the newest in scope, at most so many, the newest first.
pub(super) async fn newest(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<PlacementId>> {
    if scope.has_few_units(filter) {
        newest_of_units(tx, scope, filter, &scope.units_of(filter), limit).await
    } else {
        newest_of_organisation(tx, scope, filter, limit).await
    }
}

async fn newest_of_organisation(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<PlacementId>> {
    let ids = sqlx::query_scalar!(
        r#"select page.placement_id as "id: PlacementId" from unnest($2::text[]) wanted (status) cross join lateral (
            select it.placement_id from placements it
            where it.organisation_id = $1 and it.status = wanted.status and it.placement_id < $3
                and ($4 or it.unit_id in (select unnest($5::uuid[])) or it.office_id in (select unnest($6::uuid[])))
                and ($7::uuid is null or it.supervisor_account_id = $7)
            order by it.placement_id desc limit $8) page
        order by page.placement_id desc limit $8"#,
        scope.organisation as _,
        &filter.codes(),
        filter.before(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.supervisor as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

async fn newest_of_units(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    units: &[UnitId],
    limit: i64,
) -> Result<Vec<PlacementId>> {
    // `is true`: the index of the unit is read, not that of the whole organisation.
    let ids = sqlx::query_scalar!(
        r#"select page.placement_id as "id: PlacementId"
        from unnest($2::uuid[]) wanted (unit_id), unnest($3::text[]) state (status) cross join lateral (
            select it.placement_id from placements it
            where it.unit_id = wanted.unit_id and it.status = state.status and (it.organisation_id = $1) is true
                and ($4 or it.unit_id = any($5) or it.office_id = any($6)) and it.placement_id < $7
                and ($8::uuid is null or it.supervisor_account_id = $8)
            order by it.placement_id desc limit $9) page
        order by page.placement_id desc limit $9"#,
        scope.organisation as _,
        units as _,
        &filter.codes(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.before(),
        filter.supervisor as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

/// Whole placements, newest first.
pub(super) async fn find_newest(
    tx: &mut Tx,
    keys: &KeyRing,
    ids: &[PlacementId],
    limit: i64,
) -> Result<Vec<Placement>> {
    let rows = select!(
        "where placement_id = any($1) order by placement_id desc limit $2",
        ids as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    open_all(keys, rows)
}

/// Those of one supervisor.
pub async fn by_supervisor(
    tx: &mut Tx,
    keys: &KeyRing,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Placement>> {
    // `is true`: the index of the supervisor is read alone, not that of the whole organisation too.
    let rows = select!(
        "where supervisor_account_id = $2 and (organisation_id = $1) is true and status = any($3)
            and ($4 or unit_id = any($5) or office_id = any($6)) and ($7::uuid is null or unit_id = $7)
            and ($8::uuid is null or placement_id < $8)
        order by placement_id desc limit $9",
        scope.organisation as _,
        filter.supervisor as _,
        &filter.codes(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.unit as _,
        filter.after as _,
        filter.limit
    )
    .fetch_all(&mut **tx)
    .await?;
    open_all(keys, rows)
}

/// What receivers see.
pub async fn inbox(
    tx: &mut Tx,
    keys: &KeyRing,
    scope: &Scope,
    after: Option<PlacementId>,
    limit: i64,
) -> Result<Vec<Placement>> {
    let ids = sqlx::query_scalar!(
        r#"select placement_id as "id: PlacementId" from placements
        where (status in ('received', 'assigned') or (status = 'interrupted_before_start' and removed_at is null))
            and organisation_id = $1 and placement_id < $5
            and ($2 or unit_id in (select unnest($3::uuid[])) or office_id in (select unnest($4::uuid[])))
        order by placement_id desc limit $6"#,
        scope.organisation as _,
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        before(after),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    find_newest(tx, keys, &ids, limit).await
}

/// A person's own placements, under any of their ids, but for those that never began.
pub async fn of_person(
    tx: &mut Tx,
    keys: &KeyRing,
    persons: &[PersonId],
    after: Option<PlacementId>,
    limit: i64,
) -> Result<Vec<Found>> {
    let rows = select!(
        "where person_id = any($1) and status <> 'interrupted_before_start'
            and ($2::uuid is null or placement_id < $2)
        order by placement_id desc limit $3",
        persons as _,
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    with_units(tx, open_all(keys, rows)?).await
}

/// The same, oldest first, and also those that never began.
pub async fn of_person_since(
    tx: &mut Tx,
    keys: &KeyRing,
    persons: &[PersonId],
    after: Option<PlacementId>,
    limit: i64,
) -> Result<Vec<Found>> {
    let rows = select!(
        "where person_id = any($1) and ($2::uuid is null or placement_id > $2) order by placement_id limit $3",
        persons as _,
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    with_units(tx, open_all(keys, rows)?).await
}

async fn with_units(tx: &mut Tx, placements: Vec<Placement>) -> Result<Vec<Found>> {
    let units: Vec<UnitId> = placements.iter().map(|it| it.current.value.place.unit).collect();
    let online: Vec<UnitId> = sqlx::query_scalar!(
        r#"select unit_id as "unit_id: UnitId" from units where unit_id = any($1) and documents_online"#,
        &units as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let found = placements.into_iter().map(|placement| Found {
        documents_online: online.contains(&placement.current.value.place.unit),
        placement,
    });
    Ok(found.collect())
}

impl Scope {
    /// All of an organisation.
    pub const fn everywhere(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            is_everywhere: true,
            whole_units: Vec::new(),
            part_units: Vec::new(),
            offices: Vec::new(),
        }
    }

    /// What an account's scope says.
    pub fn of(grant: &AccountGrant) -> Self {
        let mut scope = Self::everywhere(OrganisationId::from_uuid(grant.organisation_id));
        let Granted::Units(units) = &*grant.scope else {
            return scope;
        };
        scope.is_everywhere = false;
        for unit in units {
            let id = UnitId::from_uuid(unit.unit_id);
            match &unit.offices {
                Offices::All => scope.whole_units.push(id),
                Offices::Named(offices) => {
                    scope.part_units.push(id);
                    scope
                        .offices
                        .extend(offices.iter().copied().map(OfficeId::from_uuid));
                }
            }
        }
        scope
    }

    /// Whether units are looked through one by one.
    pub(super) fn has_few_units(&self, filter: &Filter) -> bool {
        let is_all_wanted = self.is_everywhere && filter.unit.is_none();
        !is_all_wanted && self.units_of(filter).len() <= FEW_UNITS
    }

    fn units_of(&self, filter: &Filter) -> Vec<UnitId> {
        match filter.unit {
            Some(unit) => vec![unit],
            None => [self.whole_units.as_slice(), &self.part_units].concat(),
        }
    }
}

impl Filter {
    /// The id after all that are wanted.
    pub(super) fn before(&self) -> Uuid {
        before(self.after)
    }

    /// The others, which are fewer when all but one are wanted.
    pub(super) fn unwanted_codes(&self) -> Vec<String> {
        let unwanted = Status::ALL
            .into_iter()
            .filter(|status| !self.statuses.contains(status));
        unwanted.map(|status| status.code().to_owned()).collect()
    }

    pub(super) fn codes(&self) -> Vec<String> {
        self.statuses
            .iter()
            .map(|status| status.code().to_owned())
            .collect()
    }
}

/// The id after all that are wanted. No placement has the greatest one.
fn before(after: Option<PlacementId>) -> Uuid {
    after.map_or(Uuid::max(), PlacementId::as_uuid)
}
