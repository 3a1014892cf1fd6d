//! Ids of persons that turned out to be one. The table holds merged ids alone, so that nearly every look-up ends after
//! one probe; `root_id` is derived from all of its rows whenever one changes, in whatever order they are heard of.

use std::collections::HashMap;

use platform::db::{DbError, Tx};

use crate::domain::ids::PersonId;

/// "persons" as a number. Merges take its lock for themselves, as each derives the roots from what the others wrote;
/// whoever must not be overtaken by one shares it.
const LOCK: i64 = 0x70_65_72_73_6f_6e_73;

/// Persons with all ids they are known by.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    roots: HashMap<PersonId, PersonId>,
}

struct JoinedRow {
    person_id: PersonId,
    root_id: PersonId,
}

impl Joined {
    /// The id that stands for the person.
    pub fn root(&self, person: PersonId) -> PersonId {
        self.roots.get(&person).copied().unwrap_or(person)
    }

    /// Every id of every person asked for.
    pub fn ids(&self) -> Vec<PersonId> {
        self.roots.keys().copied().collect()
    }
}

/// The persons of these ids, with all their other ids.
pub async fn joined(tx: &mut Tx, persons: &[PersonId]) -> Result<Joined, DbError> {
    let rows = sqlx::query_as!(
        JoinedRow,
        r#"with asked as (
            select coalesce(joined.root_id, asked.person_id) as root_id
            from unnest($1::uuid[]) as asked (person_id) left join joined_persons joined using (person_id)
        )
        select joined.person_id as "person_id: PersonId", joined.root_id as "root_id: PersonId"
        from joined_persons joined where joined.root_id in (select root_id from asked)"#,
        persons as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut roots: HashMap<PersonId, PersonId> = persons.iter().map(|person| (*person, *person)).collect();
    for row in rows {
        roots.insert(row.person_id, row.root_id);
        roots.entry(row.root_id).or_insert(row.root_id);
    }
    Ok(Joined { roots })
}

/// Every id of one person, of whom the caller knows some.
pub async fn ids_of(tx: &mut Tx, known: &[PersonId]) -> Result<Vec<PersonId>, DbError> {
    Ok(joined(tx, known).await?.ids())
}

/// Keeps ids from being joined or parted until the transaction ends. Waits for merges under way: statements that come
/// after see them. Taken before any consent is held.
pub async fn hold(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!("select pg_advisory_xact_lock_shared($1)", LOCK)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes in that the id is another's, or is not (any more).
pub async fn set_merged(tx: &mut Tx, person: PersonId, into: Option<PersonId>) -> Result<(), DbError> {
    sqlx::query!("select pg_advisory_xact_lock($1)", LOCK)
        .execute(&mut **tx)
        .await?;
    let changed = match into {
        Some(into) => {
            sqlx::query!(
                "insert into joined_persons as held (person_id, merged_into, root_id) values ($1, $2, $2)
                on conflict (person_id) do update set merged_into = excluded.merged_into
                where held.merged_into <> excluded.merged_into",
                person as _,
                into as _,
            )
            .execute(&mut **tx)
            .await?
        }
        None => {
            sqlx::query!("delete from joined_persons where person_id = $1", person as _)
                .execute(&mut **tx)
                .await?
        }
    };
    if changed.rows_affected() > 0 {
        find_roots(tx).await?;
    }
    Ok(())
}

/// `union` ends also where ids were merged in a circle: each then stands for itself, as none is an end.
async fn find_roots(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!(
        "with recursive chain (person_id, reached) as (
            select person_id, merged_into from joined_persons
            union
            select chain.person_id, next.merged_into
            from chain join joined_persons next on next.person_id = chain.reached
        ), ends as (
            select person_id, reached from chain
            where not exists (select from joined_persons further where further.person_id = chain.reached)
        )
        update joined_persons joined set root_id = coalesce(ends.reached, joined.merged_into)
        from joined_persons held left join ends on ends.person_id = held.person_id
        where held.person_id = joined.person_id
            and joined.root_id <> coalesce(ends.reached, joined.merged_into)",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
