//! Searching placements by names and by the beginning of a case reference, newest first. Names have no index by time: what
//! few bear is read and sorted, what many bear is looked for among the newest; cases are found in the same way.

use platform::db::Tx;
use platform::keys::KeyRing;

use super::Result;
use super::lists::{Filter, Scope, find_newest, newest};
use super::write::token;
use crate::domain::ids::PlacementId;
use crate::domain::placement::Placement;
use crate::domain::search::SearchText;

/// Bearers of a name, or cases that begin alike, that are all read.
const FEW: i64 = 1500;
/// The newest placements that are looked through when there are more.
const NEWEST: i64 = 1500;
/// The same for cases of a whole organisation, whose index is read as fast as many of its placements are looked up.
const LATEST: i64 = 200;

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
    let mut ids = match text.case_beginning() {
        Some(beginning) => of_cases(tx, scope, filter, beginning).await?,
        None => Vec::new(),
    };
    if !tokens.is_empty() {
        ids.extend(of_names(tx, scope, filter, &tokens).await?);
    }
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.dedup();
    ids.truncate(usize::try_from(filter.limit).unwrap_or(0));
    find_newest(tx, keys, &ids, filter.limit).await
}

async fn of_cases(tx: &mut Tx, scope: &Scope, filter: &Filter, beginning: &str) -> Result<Vec<PlacementId>> {
    if let Some(all) = of_few_cases(tx, scope, filter, beginning).await? {
        return Ok(all);
    }
    let most = if scope.has_few_units(filter) {
        NEWEST
    } else {
        LATEST
    };
    let newest = newest(tx, scope, filter, most).await?;
    let found = of_cases_among(tx, filter, beginning, &newest).await?;
    if is_all(&found, filter, &newest, most) {
        return Ok(found);
    }
    of_cases_anywhere(tx, scope, filter, beginning).await
}

/// None when more cases of the organisation begin so. Every sign of a reference sorts before the tilde.
async fn of_few_cases(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    beginning: &str,
) -> Result<Option<Vec<PlacementId>>> {
    let ids = sqlx::query_scalar!(
        r#"with begun as materialized (
            select placement_id, status, unit_id, office_id, supervisor_account_id from placements
            where organisation_id = $1 and case_reference ~>=~ $2 and case_reference ~<~ $3 limit $12)
        select case when (select count(*) from begun) < $12 then array(
            select placement_id from begun
            where status = any($4)
                and ($5 or unit_id in (select unnest($6::uuid[])) or office_id in (select unnest($7::uuid[])))
                and ($8::uuid is null or unit_id = $8) and ($9::uuid is null or supervisor_account_id = $9)
                and placement_id < $10
            order by placement_id desc limit $11) end as "ids?: Vec<PlacementId>""#,
        scope.organisation as _,
        beginning,
        format!("{beginning}~"),
        &filter.codes(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.unit as _,
        filter.supervisor as _,
        filter.before(),
        filter.limit,
        FEW + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(ids)
}

async fn of_cases_among(
    tx: &mut Tx,
    filter: &Filter,
    beginning: &str,
    ids: &[PlacementId],
) -> Result<Vec<PlacementId>> {
    let ids = sqlx::query_scalar!(
        r#"select placement_id as "id: PlacementId" from placements
        where placement_id = any($1) and case_reference ~>=~ $2 and case_reference ~<~ $3
        order by placement_id desc limit $4"#,
        ids as _,
        beginning,
        format!("{beginning}~"),
        filter.limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

async fn of_cases_anywhere(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    beginning: &str,
) -> Result<Vec<PlacementId>> {
    // `offset 0`: the index of cases is read, not all ids in their order. It is read backwards, since ids rise with
    // references more often than not: what comes after the first rows is then mostly passed over.
    let ids = sqlx::query_scalar!(
        r#"select found.placement_id as "id: PlacementId" from (
            select placement_id from placements
            where organisation_id = $1 and case_reference ~>=~ $2 and case_reference ~<~ $3 and status <> all($4)
                and ($5 or unit_id in (select unnest($6::uuid[])) or office_id in (select unnest($7::uuid[])))
                and ($8::uuid is null or unit_id = $8) and ($9::uuid is null or supervisor_account_id = $9)
                and placement_id < $10
            order by case_reference using ~>~ offset 0) found
        order by found.placement_id desc limit $11"#,
        scope.organisation as _,
        beginning,
        format!("{beginning}~"),
        &filter.unwanted_codes(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.unit as _,
        filter.supervisor as _,
        filter.before(),
        filter.limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

async fn of_names(tx: &mut Tx, scope: &Scope, filter: &Filter, tokens: &[i64]) -> Result<Vec<PlacementId>> {
    let is_rare = count(tx, tokens).await? <= FEW;
    if !is_rare {
        let newest = newest(tx, scope, filter, NEWEST).await?;
        let found = of_names_among(tx, filter, tokens, &newest).await?;
        if is_all(&found, filter, &newest, NEWEST) {
            return Ok(found);
        }
    }
    of_names_anywhere(tx, scope, filter, tokens).await
}

/// How many bear the names, counted up to one more than a few.
async fn count(tx: &mut Tx, tokens: &[i64]) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select from placements where name_tokens @> $1 limit $2) found"#,
        tokens,
        FEW + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(count)
}

async fn of_names_among(
    tx: &mut Tx,
    filter: &Filter,
    tokens: &[i64],
    ids: &[PlacementId],
) -> Result<Vec<PlacementId>> {
    let ids = sqlx::query_scalar!(
        r#"select placement_id as "id: PlacementId" from placements
        where placement_id = any($1) and name_tokens @> $2 and ($3::uuid is null or unit_id = $3)
        order by placement_id desc limit $4"#,
        ids as _,
        tokens,
        filter.unit as _,
        filter.limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

async fn of_names_anywhere(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    tokens: &[i64],
) -> Result<Vec<PlacementId>> {
    let ids = sqlx::query_scalar!(
        r#"select found.placement_id as "id: PlacementId" from (select * from placements where name_tokens @> $2 offset 0) found
        where found.organisation_id = $1 and found.status = any($3)
            and ($4 or found.unit_id in (select unnest($5::uuid[])) or found.office_id in (select unnest($6::uuid[])))
            and ($7::uuid is null or found.unit_id = $7) and ($8::uuid is null or found.supervisor_account_id = $8)
            and found.placement_id < $9
        order by found.placement_id desc limit $10"#,
        scope.organisation as _,
        tokens,
        &filter.codes(),
        scope.is_everywhere,
        &scope.whole_units as _,
        &scope.offices as _,
        filter.unit as _,
        filter.supervisor as _,
        filter.before(),
        filter.limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids)
}

/// Whether there can be no other on the page: it is full, or everything in scope was looked through.
fn is_all(found: &[PlacementId], filter: &Filter, newest: &[PlacementId], most: i64) -> bool {
    let is_page_full = i64::try_from(found.len()).is_ok_and(|found| found >= filter.limit);
    let was_everything = i64::try_from(newest.len()).is_ok_and(|looked| looked < most);
    is_page_full || was_everything
}
