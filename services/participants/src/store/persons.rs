//! Persons that turned out to be one. Ids are never rewritten: this only tells that two of them mean the same.

use std::collections::HashMap;

use platform::db::{DbError, Tx};

use crate::domain::ids::PersonId;

/// For each of the ids that is joined to another, that other.
pub async fn merged(tx: &mut Tx, ids: &[PersonId]) -> Result<HashMap<PersonId, PersonId>, DbError> {
    let rows = sqlx::query!(
        r#"select person_id as "person_id: PersonId", merged_into as "merged_into: PersonId"
        from merged_persons where person_id = any($1)"#,
        ids as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.person_id, row.merged_into))
        .collect())
}

/// Makes what is held of a person equal to what identity says.
pub async fn put(tx: &mut Tx, person: PersonId, merged_into: Option<PersonId>) -> Result<(), DbError> {
    let Some(merged_into) = merged_into else {
        sqlx::query!("delete from merged_persons where person_id = $1", person as _)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    };
    sqlx::query!(
        "insert into merged_persons (person_id, merged_into) values ($1, $2)
        on conflict (person_id) do update set merged_into = excluded.merged_into",
        person as _,
        merged_into as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
