//! Writing placements, with what follows from them by today: the status, and the day of the next one.

use jiff::civil::Date;
use platform::db::{Day, Instant, Tx};
use platform::keys::{KeyRing, Purpose, Sealed, WrappedKey};

use super::Result;
use super::row::FACTS;
use crate::domain::ids::OrganisationId;
use crate::domain::placement::Placement;
use crate::domain::search;
use crate::store::inconsistent;

const NAME_SEARCH: Purpose = Purpose::new("participants.name_search");

struct SealedTerms {
    wrapped_key: WrappedKey,
    facts: Sealed,
    name_tokens: Vec<i64>,
}

/// Adds a placement.
pub async fn insert(tx: &mut Tx, keys: &KeyRing, placement: &Placement, today: Date) -> Result<()> {
    let terms = &placement.current.value;
    let sealed = seal(keys, placement);
    sqlx::query!(
        "insert into placements (placement_id, case_reference, person_id, organisation_id, unit_id, office_id, starts_on,
            ends_on, facts_sequence, is_protected, wrapped_key, sealed_facts, name_tokens, status, next_change_on,
            received_at, extends_case_reference, extends_sequence, interrupted_on, interruption_sequence)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        placement.id as _,
        placement.case.as_str(),
        placement.person as _,
        terms.place.organisation as _,
        terms.place.unit as _,
        terms.place.office as _,
        Day(terms.period.first()) as _,
        Day(terms.period.last()) as _,
        placement.current.sequence,
        terms.is_protected,
        sealed.wrapped_key as _,
        sealed.facts as _,
        &sealed.name_tokens,
        placement.status(today).code(),
        placement.next_change(today).map(Day) as _,
        Instant::from(placement.received_at) as _,
        placement.extends.as_ref().map(|told| told.value.as_str()),
        placement.extends.as_ref().map(|told| told.sequence),
        placement.interrupted_on().map(Day) as _,
        placement.interruption.as_ref().map(|told| told.sequence),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Replaces what decisions say, sealed under a fresh key, and what follows from it.
pub async fn update_terms(tx: &mut Tx, keys: &KeyRing, placement: &Placement, today: Date) -> Result<()> {
    let terms = &placement.current.value;
    let sealed = seal(keys, placement);
    let updated = sqlx::query!(
        "update placements set organisation_id = $2, unit_id = $3, office_id = $4, starts_on = $5, ends_on = $6,
            facts_sequence = $7, is_protected = $8, wrapped_key = $9, sealed_facts = $10, name_tokens = $11,
            extends_case_reference = $12, extends_sequence = $13, interrupted_on = $14, interruption_sequence = $15,
            supervisor_account_id = $16, status = $17, next_change_on = $18, removed_at = $19
        where placement_id = $1",
        placement.id as _,
        terms.place.organisation as _,
        terms.place.unit as _,
        terms.place.office as _,
        Day(terms.period.first()) as _,
        Day(terms.period.last()) as _,
        placement.current.sequence,
        terms.is_protected,
        sealed.wrapped_key as _,
        sealed.facts as _,
        &sealed.name_tokens,
        placement.extends.as_ref().map(|told| told.value.as_str()),
        placement.extends.as_ref().map(|told| told.sequence),
        placement.interrupted_on().map(Day) as _,
        placement.interruption.as_ref().map(|told| told.sequence),
        placement.supervisor as _,
        placement.status(today).code(),
        placement.next_change(today).map(Day) as _,
        placement.removed_at.map(Instant::from) as _,
    )
    .execute(&mut **tx)
    .await?;
    check_one(updated.rows_affected(), placement)
}

/// Replaces what people and time do: supervisor, removal, status.
pub async fn update_state(tx: &mut Tx, placement: &Placement, today: Date) -> Result<()> {
    let updated = sqlx::query!(
        "update placements set supervisor_account_id = $2, removed_at = $3, status = $4, next_change_on = $5
        where placement_id = $1",
        placement.id as _,
        placement.supervisor as _,
        placement.removed_at.map(Instant::from) as _,
        placement.status(today).code(),
        placement.next_change(today).map(Day) as _,
    )
    .execute(&mut **tx)
    .await?;
    check_one(updated.rows_affected(), placement)
}

/// The keyed hash of a beginning of a name. It is bound to the organisation, so that equal names in two of them cannot
/// be seen to be equal.
pub(super) fn token(keys: &KeyRing, organisation: OrganisationId, beginning: &str) -> i64 {
    let bound = [organisation.as_uuid().as_bytes().as_slice(), beginning.as_bytes()].concat();
    let mac = keys.mac(NAME_SEARCH, &bound);
    let mut first = [0; 8];
    first.copy_from_slice(&mac[..8]);
    i64::from_be_bytes(first)
}

fn seal(keys: &KeyRing, placement: &Placement) -> SealedTerms {
    let (id, terms) = (placement.id.as_uuid(), &placement.current.value);
    let (wrapped_key, key) = keys.create_key(id);
    let plain = serde_json::to_vec(&terms.facts).expect("facts are plain values");
    SealedTerms {
        facts: key.seal(FACTS, id.as_bytes(), &plain),
        wrapped_key,
        name_tokens: name_tokens(keys, placement),
    }
}

// A search by name would tell that somebody whose identity is protected is here.
fn name_tokens(keys: &KeyRing, placement: &Placement) -> Vec<i64> {
    let terms = &placement.current.value;
    if terms.is_protected {
        return Vec::new();
    }
    let names = [terms.facts.given_name.as_str(), terms.facts.surname.as_str()];
    search::beginnings(&names)
        .iter()
        .map(|beginning| token(keys, terms.place.organisation, beginning))
        .collect()
}

fn check_one(rows: u64, placement: &Placement) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(inconsistent("placements", "placement_id", placement.id).into())
    }
}
