//! Where personal data lies: numbers nowhere, names and contacts in columns of class personal alone, neither in records.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use support::eventually;
use support::people::PEOPLE;

use crate::stand::{DEADLINE, FIRST_ROW, World, invitation};

/// A world with one of each: nominee, colleagues by number and without, a sole trader.
async fn lived_in() -> World {
    let world = World::new().await;
    let (administrator, _) = world.administrator(&world.first, 1).await;
    let request = administrator.request(invitation(&world.first, 2));
    administrator.accounts().invite_colleague(request).await.unwrap();
    world.nominate(&world.other, 3).await;
    world
        .import(&[&FIRST_ROW
            .replace("556016-0680", PEOPLE[4].number)
            .replace("KA1001", "KA3001")])
        .await;
    let untold = "platform.jobs where kind = 'staff.tell_identity'";
    eventually(DEADLINE, || async { world.stand.count(untold).await == 0 }).await;
    world
}

/// Every column of every table with its comment.
async fn columns(world: &World) -> Vec<(String, String, bool)> {
    let query = "select format('%I.%I', n.nspname, c.relname), format('%I', a.attname),
            coalesce(col_description(c.oid, a.attnum), '') = 'class: personal'
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relkind = 'r' and n.nspname in ('public', 'platform')";
    let rows = sqlx::query(query)
        .fetch_all(&mut world.stand.owner().await)
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}

/// How many rows of a column hold one of the texts, as text or as bytes.
async fn hits(owner: &mut PgConnection, table: &str, column: &str, texts: &[String]) -> i64 {
    let query = format!(
        "select count(*) from {table}, unnest($1::text[]) needle where strpos({column}::text, needle) > 0
            or strpos({column}::text, encode(convert_to(needle, 'UTF8'), 'hex')) > 0"
    );
    sqlx::query_scalar(AssertSqlSafe(query))
        .bind(texts)
        .fetch_one(owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn no_number_is_kept_anywhere() {
    let world = lived_in().await;
    let spellings = |person: &support::people::Person| {
        let (digits, number) = (person.digits(), person.number.to_owned());
        [digits[2..].to_owned(), digits, number[2..].to_owned(), number]
    };
    let texts: Vec<String> = PEOPLE[0..5].iter().flat_map(spellings).collect();
    let mut owner = world.stand.owner().await;
    for (table, column, _) in columns(&world).await {
        assert_eq!(
            hits(&mut owner, &table, &column, &texts).await,
            0,
            "{table}.{column}"
        );
    }
}

#[tokio::test]
async fn names_and_contacts_lie_in_columns_of_class_personal() {
    let world = lived_in().await;
    let texts = [
        PEOPLE[1].surname,
        PEOPLE[2].surname,
        PEOPLE[3].surname,
        "nominee@example.org",
        "46701740605",
    ];
    let texts = texts.map(str::to_owned);
    let mut owner = world.stand.owner().await;
    let mut found = 0;
    for (table, column, is_personal) in columns(&world).await {
        let hits = hits(&mut owner, &table, &column, &texts).await;
        assert!(
            hits == 0 || is_personal,
            "{table}.{column} holds a name or a contact"
        );
        found += hits;
    }
    assert!(found >= 4, "the scan sees what it looks for");
}
