//! Lists of placements, newest first. Each kind of filter has a statement of its own, so that each has its index. Ids are
//! collected into an array first: with a plan made for any caller, a join is tried the wrong way round for a large one.

use platform::auth::{AccountGrant, Offices, Scope as Granted};
use platform::db::Tx;
use platform::keys::KeyRing;

use super::Result;
use super::row::{PlacementRow, open_all, select};
use super::write::token;
use crate::domain::ids::{AccountId, OfficeId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::placement::{Placement, Status};
use crate::domain::search::SearchText;

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
    let rows = if scope.is_everywhere && filter.unit.is_none() {
        select!(
            "where placement_id = any(array(
                select page.placement_id from unnest($2::text[]) wanted (status) cross join lateral (
                    select it.placement_id from placements it
                    where it.organisation_id = $1 and it.status = wanted.status
                        and ($3::uuid is null or it.placement_id < $3)
                    order by it.placement_id desc limit $4) page))
            order by placement_id desc limit $4",
            scope.organisation as _,
            &filter.codes(),
            filter.after as _,
            filter.limit
        )
        .fetch_all(&mut **tx)
        .await?
    } else {
        select!(
            "where placement_id = any(array(
                select page.placement_id from unnest($2::uuid[]) wanted (unit_id), unnest($3::text[]) state (status)
                cross join lateral (
                    select it.placement_id from placements it
                    where it.unit_id = wanted.unit_id and it.status = state.status and it.organisation_id = $1
                        and ($4 or it.unit_id = any($5) or it.office_id = any($6))
                        and ($7::uuid is null or it.placement_id < $7)
                    order by it.placement_id desc limit $8) page))
            order by placement_id desc limit $8",
            scope.organisation as _,
            &scope.units_of(filter) as _,
            &filter.codes(),
            scope.is_everywhere,
            &scope.whole_units as _,
            &scope.offices as _,
            filter.after as _,
            filter.limit
        )
        .fetch_all(&mut **tx)
        .await?
    };
    open_all(keys, rows)
}

/// Those of one supervisor.
pub async fn by_supervisor(
    tx: &mut Tx,
    keys: &KeyRing,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Placement>> {
    let rows = select!(
        "where supervisor_account_id = $2 and organisation_id = $1 and status = any($3)
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

/// Those found by names or by the beginning of a case reference.
pub async fn search(
    tx: &mut Tx,
    keys: &KeyRing,
    scope: &Scope,
    filter: &Filter,
    text: &SearchText,
) -> Result<Vec<Placement>> {
    let beginnings = text.beginnings();
    let tokens: Vec<i64> = beginnings
        .iter()
        .map(|beginning| token(keys, scope.organisation, beginning))
        .collect();
    let case = text.case_beginning();
    // Every sign of a reference sorts before the tilde.
    let case_end = case.map(|beginning| format!("{beginning}~"));
    let rows = select!(
        "where placement_id = any(array(
                select found.placement_id from placements found
                where found.name_tokens @> $2 and cardinality($2) > 0
                union
                select found.placement_id from placements found
                where found.organisation_id = $1 and found.case_reference ~>=~ $3 and found.case_reference ~<~ $4))
            and organisation_id = $1 and status = any($5) and ($6 or unit_id = any($7) or office_id = any($8))
            and ($9::uuid is null or unit_id = $9) and ($10::uuid is null or supervisor_account_id = $10)
            and ($11::uuid is null or placement_id < $11)
        order by placement_id desc limit $12",
        scope.organisation as _,
        &tokens,
        case,
        case_end,
        &filter.codes(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.unit as _,
        filter.supervisor as _,
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
    let rows = select!(
        "where (status in ('received', 'assigned') or (status = 'interrupted_before_start' and removed_at is null))
            and organisation_id = $1 and ($2 or unit_id = any($3) or office_id = any($4))
            and ($5::uuid is null or placement_id < $5)
        order by placement_id desc limit $6",
        scope.organisation as _,
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        after as _,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    open_all(keys, rows)
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
    let placements = open_all(keys, rows)?;
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

    fn units_of(&self, filter: &Filter) -> Vec<UnitId> {
        match filter.unit {
            Some(unit) => vec![unit],
            None => [self.whole_units.as_slice(), &self.part_units].concat(),
        }
    }
}

impl Filter {
    fn codes(&self) -> Vec<String> {
        self.statuses
            .iter()
            .map(|status| status.code().to_owned())
            .collect()
    }
}
