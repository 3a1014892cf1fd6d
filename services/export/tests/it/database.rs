//! What the database refuses whatever the code says, and that it holds no number.

use proto::export::v1::RunStage;
use proto::types::v1::Recipient;

use crate::stand::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_a_training_organisation_cannot_be_planned() {
    let stand = Stand::by_hand().await;
    stand.hear_of_many(1).await;
    let run = stand.create(Recipient::Esf, RunStage::Plan).await;
    let insert = async |organisation: uuid::Uuid, training: bool| {
        sqlx::query(
            "insert into run_rows (run_id, month_report_id, revision, month_on, recipient, placement_id, person_id,
                organisation_id, is_training, first_on, last_on, ka_number, credited_minutes, state)
            values ($1::uuid, gen_random_uuid(), 1, '2026-02-01', 'ESF', gen_random_uuid(), gen_random_uuid(),
                $2, $3, '2026-01-01', '2026-06-30', '1', 60, 'planned')",
        )
        .bind(run.run_id.parse::<uuid::Uuid>().unwrap())
        .bind(organisation)
        .bind(training)
        .execute(stand.running.parts().database.pool())
        .await
    };
    let constraint = |error: sqlx::Error| {
        error
            .as_database_error()
            .unwrap()
            .constraint()
            .unwrap()
            .to_owned()
    };
    let flagged = constraint(insert(TRAINING, true).await.unwrap_err());
    assert_eq!(flagged, "run_rows_training_never_leaves");
    let lied = constraint(insert(TRAINING, false).await.unwrap_err());
    assert_eq!(lied, "run_rows_organisation_id_is_training_fkey");
    insert(ORGANISATION, false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_is_in_any_table() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(3).await;
    stand.run_through(Recipient::Esf).await;
    let pool = stand.running.parts().database.pool();
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'platform')",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert!(tables.len() > 10);
    for table in tables {
        let query = format!("select coalesce(string_agg(it::text, ' '), '') from {table} it");
        let content: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(pool)
            .await
            .unwrap();
        for participant in &participants {
            let number = participant.number();
            assert!(
                !content.contains(&number) && !content.contains(&number[2..]),
                "{table}"
            );
        }
    }
}
