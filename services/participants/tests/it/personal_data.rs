//! No number anywhere, no name or contact in clear in the database, the records or a refusal.

use sqlx::Row as _;

use crate::stand::*;

/// What must not be found, as it was written and without its separators.
fn needles() -> Vec<String> {
    let person = support::people::PARTICIPANTS[0];
    let texts = [
        person.number,
        person.given_name,
        person.surname,
        "participant@example.org",
        "174 06 05",
        "Direktservice",
    ];
    let mut needles: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    needles.push(person.digits());
    needles.push(person.given_name.to_lowercase());
    needles.push(person.surname.to_lowercase());
    needles
}

#[tokio::test]
async fn the_whole_database_holds_no_number_name_or_contact() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    world.get(&world.reporter, &placement).await.unwrap();
    world
        .list(&world.reporter, |it| {
            it.search = support::people::PARTICIPANTS[0].given_name.to_owned();
        })
        .await;

    let mut connection = world.stand.owner().await;
    let tables = "select format('%I.%I', table_schema, table_name) from information_schema.tables
        where table_schema in ('public', 'platform') and table_type = 'BASE TABLE'";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        let rows = format!("select t::text from {table} t");
        let rows = sqlx::query(sqlx::AssertSqlSafe(rows))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for row in rows {
            let text: String = row.get(0);
            for needle in needles() {
                let hex = hex::encode(&needle);
                assert!(
                    !text.contains(&needle) && !text.contains(&hex),
                    "{table} holds {needle}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_repeats_nothing_of_what_was_sent() {
    let world = World::new().await;
    let mut wrong = assigned(0, "KA1001");
    wrong.email = format!("{} no address", wrong.number);
    wrong.period = None;

    let report = format!("{:?}", world.import(vec![new("A-0", 1, wrong)]).await);

    for needle in needles() {
        assert!(!report.contains(&needle), "{report}");
    }
}
