//! The catalogue as attendance told of it.

use std::collections::BTreeMap;

use platform::db::{Day, DbError, Tx};

use crate::domain::period::InUse;
use crate::domain::plan::ActivityCode;
use crate::store::inconsistent;

/// Those of the codes that are known.
pub async fn of_codes(
    tx: &mut Tx,
    codes: &[&ActivityCode],
) -> Result<BTreeMap<ActivityCode, InUse>, DbError> {
    let codes: Vec<String> = codes.iter().map(|code| code.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        "select activity_code, valid_from, valid_to from activities where activity_code = any($1)",
        &codes
    )
    .fetch_all(&mut **tx)
    .await?;
    let activities = rows.into_iter().map(|row| {
        let code = ActivityCode::parse(&row.activity_code)
            .map_err(|_| inconsistent("activities", "activity_code", &row.activity_code))?;
        let in_use = InUse {
            from: row.valid_from.into(),
            to: row.valid_to.map(Into::into),
        };
        Ok((code, in_use))
    });
    activities.collect()
}

pub async fn put(tx: &mut Tx, code: &ActivityCode, in_use: InUse) -> Result<(), DbError> {
    sqlx::query!(
        "insert into activities (activity_code, valid_from, valid_to) values ($1, $2, $3)
        on conflict (activity_code) do update set valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        code.as_str(),
        Day(in_use.from) as _,
        in_use.to.map(Day) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn remove(tx: &mut Tx, code: &str) -> Result<(), DbError> {
    sqlx::query!("delete from activities where activity_code = $1", code)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
