//! What an import reads and writes, in a few statements over arrays whatever the size of the file.

use platform::db::{Day, DbError, Instant, Tx};

use super::organisations::{OrganisationRow, columns_of};
use super::units::{UnitRow, with_offices};
use crate::domain::ids::{OfficeId, OrganisationId, PersonId, UnitId};
use crate::domain::organisation::{Office, Organisation, OrganisationKey, Unit};
use crate::domain::register::ExistingRegister;

/// Waits for an import under way and keeps the next one waiting.
pub async fn take_turn(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!("select only_row from register_turns for update")
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// The organisations of these keys, their units, and all units of these numbers. Locked until the end.
pub async fn existing(
    tx: &mut Tx,
    keys: &[OrganisationKey],
    unit_numbers: &[String],
) -> Result<ExistingRegister, DbError> {
    let (numbers, people): (Vec<_>, Vec<_>) = keys.iter().map(|key| columns_of(Some(key))).unzip();
    let numbers: Vec<String> = numbers.into_iter().flatten().collect();
    let people: Vec<PersonId> = people.into_iter().flatten().collect();
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"select organisation_id as "organisation_id: OrganisationId", kind, name, organisation_number,
            sole_trader_id as "sole_trader_id: PersonId", is_training
        from organisations where organisation_number = any($1) or sole_trader_id = any($2)
        order by organisation_id for no key update"#,
        &numbers,
        &people as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let organisations = rows
        .into_iter()
        .map(Organisation::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<OrganisationId> = organisations.iter().map(|organisation| organisation.id).collect();
    let rows = sqlx::query_as!(
        UnitRow,
        r#"select unit_id as "unit_id: UnitId", organisation_id as "organisation_id: OrganisationId", kind, number, name,
            service_code, service_name, service_has_documents_online, service_is_esf_funded, service_rule_set,
            valid_from, valid_to
        from units where organisation_id = any($1) or number = any($2) order by unit_id for no key update"#,
        &ids as _,
        unit_numbers,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ExistingRegister {
        organisations,
        units: with_offices(tx, rows).await?,
    })
}

pub async fn save_organisations(tx: &mut Tx, organisations: &[&Organisation]) -> Result<(), DbError> {
    let created_at = Instant::from(tx.now());
    let (numbers, people): (Vec<_>, Vec<_>) =
        organisations.iter().map(|it| columns_of(it.key.as_ref())).unzip();
    sqlx::query!(
        "insert into organisations
            (organisation_id, kind, name, organisation_number, sole_trader_id, is_training, created_at)
        select *, $7 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::boolean[])
        on conflict (organisation_id) do update set name = excluded.name, is_training = excluded.is_training",
        &column(organisations, |it| it.id) as _,
        &column(organisations, |it| it.kind.code().to_owned()),
        &column(organisations, |it| it.name.clone()),
        &numbers as _,
        &people as _,
        &column(organisations, |it| it.is_training),
        created_at as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn save_units(tx: &mut Tx, units: &[&Unit]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into units (unit_id, organisation_id, kind, number, name, service_code, service_name,
            service_has_documents_online, service_is_esf_funded, service_rule_set, valid_from, valid_to)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::boolean[], $9::boolean[], $10::text[], $11::date[], $12::date[])
        on conflict (unit_id) do update set name = excluded.name, service_code = excluded.service_code,
            service_name = excluded.service_name,
            service_has_documents_online = excluded.service_has_documents_online,
            service_is_esf_funded = excluded.service_is_esf_funded,
            service_rule_set = excluded.service_rule_set,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        &column(units, |it| it.id) as _,
        &column(units, |it| it.organisation) as _,
        &column(units, |it| it.kind.code().to_owned()),
        &column(units, |it| it.number.clone()),
        &column(units, |it| it.name.clone()),
        &column(units, |it| it.service.code.clone()),
        &column(units, |it| it.service.name.clone()),
        &column(units, |it| it.service.has_documents_online),
        &column(units, |it| it.service.is_esf_funded),
        &column(units, |it| it.service.rule_set.clone()),
        &column(units, |it| Day(it.validity.from())) as _,
        &column(units, |it| it.validity.to().map(Day)) as _,
    )
    .execute(&mut **tx)
    .await?;
    save_offices(tx, units).await
}

async fn save_offices(tx: &mut Tx, units: &[&Unit]) -> Result<(), DbError> {
    let offices: Vec<(UnitId, &Office)> = units
        .iter()
        .flat_map(|unit| unit.offices.iter().map(|office| (unit.id, office)))
        .collect();
    sqlx::query!(
        "insert into offices
            (office_id, unit_id, code, name, street_address, postal_code, city, valid_from, valid_to)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::date[], $9::date[])
        on conflict (office_id) do update set name = excluded.name, street_address = excluded.street_address,
            postal_code = excluded.postal_code, city = excluded.city,
            valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        &offices.iter().map(|(_, it)| it.id).collect::<Vec<OfficeId>>() as _,
        &offices.iter().map(|(unit, _)| *unit).collect::<Vec<UnitId>>() as _,
        &offices.iter().map(|(_, it)| it.code.clone()).collect::<Vec<_>>(),
        &offices.iter().map(|(_, it)| it.name.clone()).collect::<Vec<_>>(),
        &offices.iter().map(|(_, it)| it.street_address.clone()).collect::<Vec<_>>(),
        &offices.iter().map(|(_, it)| it.postal_code.clone()).collect::<Vec<_>>(),
        &offices.iter().map(|(_, it)| it.city.clone()).collect::<Vec<_>>(),
        &offices.iter().map(|(_, it)| Day(it.validity.from())).collect::<Vec<_>>() as _,
        &offices.iter().map(|(_, it)| it.validity.to().map(Day)).collect::<Vec<_>>() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn column<T, V>(rows: &[&T], of: impl Fn(&T) -> V) -> Vec<V> {
    rows.iter().map(|row| of(row)).collect()
}
