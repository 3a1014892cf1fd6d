//! While a release is rolled out: what its migrations find, and what instances of the release before write until they are
//! gone. They know of no state that is kept beside a report.

use platform::config::Secret;
use platform::db::MIGRATOR as PLATFORM;
use proto::attendance::v1::MonthStatus;
use sqlx::{Connection as _, PgConnection};
use support::eventually::eventually;
use support::postgres::fresh_database;
use uuid::Uuid;

use crate::lists::check;
use crate::stand::*;

/// The last migration of a schema without states.
const BEFORE: i64 = 20_261_122_220_200;
const FILL: &str = include_str!("../../migrations/20261123011510_fill_report_status.sql");
const REPORT: Uuid = Uuid::from_u128(0x71);

/// What such an instance does to a report, each in a transaction.
#[derive(Clone, Copy)]
enum Step {
    Begin,
    Save,
    /// A revision; one that waits for its answer is superseded.
    Submit(i32),
    Answer(i32, &'static str),
}

use Step::{Answer, Begin, Save, Submit};

/// What becomes of a report, and the state it is in then.
const LIVES: [(&str, &[Step]); 9] = [
    ("not_begun", &[Begin]),
    ("draft", &[Begin, Save]),
    ("waiting", &[Begin, Save, Submit(1)]),
    ("approved", &[Begin, Submit(1), Answer(1, "approved")]),
    ("rejected", &[Begin, Submit(1), Answer(1, "rejected")]),
    ("lapsed", &[Begin, Submit(1), Answer(1, "lapsed")]),
    ("rejected", &[Begin, Submit(1), Answer(1, "rejected"), Save]),
    (
        "waiting",
        &[Begin, Submit(1), Answer(1, "rejected"), Save, Submit(2)],
    ),
    ("waiting", &[Begin, Submit(1), Submit(2)]),
];

/// Its statements, in its order.
async fn write(connection: &mut PgConnection, report: Uuid, placement: Uuid, step: Step) {
    let mut tx = connection.begin().await.unwrap();
    match step {
        Begin => begin(&mut tx, report, placement).await,
        Save => update(&mut tx, report, true, None).await,
        Submit(revision) => {
            update(&mut tx, report, false, Some(revision)).await;
            answer(&mut tx, report, revision - 1, "superseded").await;
            insert_revision(&mut tx, report, revision).await;
        }
        Answer(revision, is) => {
            update(&mut tx, report, false, None).await;
            answer(&mut tx, report, revision, is).await;
        }
    }
    tx.commit().await.unwrap();
}

async fn begin(connection: &mut PgConnection, report: Uuid, placement: Uuid) {
    sqlx::query(
        "insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set)
        values ($1, $2, '2026-02-01', $3, $4, $5, 'cooperation_history') on conflict (placement_id, month) do nothing",
    )
    .bind(report)
    .bind(placement)
    .bind(PERSON)
    .bind(OWN)
    .bind(UNIT)
    .execute(connection)
    .await
    .unwrap();
}

async fn update(connection: &mut PgConnection, report: Uuid, has_draft: bool, latest: Option<i32>) {
    sqlx::query(
        "update month_reports set person_id = person_id, organisation_id = organisation_id, unit_id = unit_id,
            rule_set = rule_set, etag = etag + 1, draft_saved_at = case when $2 then timestamptz '2026-03-10 08:00:00Z' end,
            latest_revision = coalesce($3, latest_revision), revision_epoch = 1, revision_n = revision_n + 1
        where month_report_id = $1",
    )
    .bind(report)
    .bind(has_draft)
    .bind(latest)
    .execute(connection)
    .await
    .unwrap();
}

async fn answer(connection: &mut PgConnection, report: Uuid, revision: i32, answer: &str) {
    sqlx::query(
        "update month_answers set answer = $3, answered_at = '2026-03-10 08:00:00Z',
            signature_id = case when $3 = 'approved' then month_report_id end
        where month_report_id = $1 and revision = $2 and answer = 'waiting'",
    )
    .bind(report)
    .bind(revision)
    .bind(answer)
    .execute(connection)
    .await
    .unwrap();
}

async fn insert_revision(connection: &mut PgConnection, report: Uuid, revision: i32) {
    sqlx::query(
        "with revision as (
            insert into month_revisions (month_report_id, revision, content_hash, canonical, credited_minutes,
                submitted_at, answer_before)
            values ($1, $2, sha256(''), '', 0, '2026-03-10 08:00:00Z', '2026-06-10 22:00:00Z')
            returning month_report_id, revision
        )
        insert into month_answers (month_report_id, revision, answer) select month_report_id, revision, 'waiting' from revision",
    )
    .bind(report)
    .bind(revision)
    .execute(connection)
    .await
    .unwrap();
}

/// A database as the release before made it.
async fn before(owner_url: String) -> anyhow::Result<()> {
    platform::db::migrate(&Secret::new(owner_url.clone()), &[&PLATFORM]).await?;
    let mut owner = PgConnection::connect(&owner_url).await?;
    attendance::MIGRATOR.run_to(BEFORE, &mut owner).await?;
    Ok(owner.close().await?)
}

async fn states(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("select status from month_reports order by month_report_id")
        .fetch_all(connection)
        .await
        .unwrap()
}

/// As if the state had never been filled in.
async fn forget(connection: &mut PgConnection) {
    sqlx::query("update month_reports set status = 'not_begun'")
        .execute(connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn reports_that_were_there_get_the_state_they_are_in_however_often_it_is_filled_in() {
    let database = fresh_database("attendance_before", before).await.unwrap();
    let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
    let mut expected = Vec::new();
    // The other lives are lived far more often than a transaction takes reports.
    for (n, (state, life)) in (1..).zip(LIVES) {
        for step in life {
            write(&mut owner, Uuid::from_u128(n), Uuid::from_u128(n), *step).await;
        }
        expected.push(state.to_owned());
    }
    sqlx::query(
        "insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set,
            draft_saved_at)
        select id, id, '2026-02-01', id, id, id, 'cooperation_history', '2026-03-10 08:00:00Z'
        from (select gen_random_uuid() from generate_series(1, 2100)) drafts (id)",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    expected.extend(std::iter::repeat_n("draft".to_owned(), 2100));

    attendance::MIGRATOR.run(&mut owner).await.unwrap();
    assert_eq!(states(&mut owner).await, expected);

    forget(&mut owner).await;
    for _ in 0..2 {
        sqlx::raw_sql(FILL).execute(&mut owner).await.unwrap();
        assert_eq!(states(&mut owner).await, expected);
    }
}

#[tokio::test]
async fn what_an_instance_of_the_release_before_writes_is_listed_in_the_state_it_comes_to() {
    use MonthStatus::{Approved, Draft, NotBegun, Rejected, Waiting};
    let world = World::new().await;
    let (supplier, of_many) = (world.supplier(OWN), world.staff(MANY_REPORTER));
    let callers = [&supplier, &of_many, &world.reporter];
    let mut older = PgConnection::connect(&world.stand.addresses.application_url)
        .await
        .unwrap();
    for (step, state) in [
        (Begin, NotBegun),
        (Save, Draft),
        (Submit(1), Waiting),
        (Answer(1, "rejected"), Rejected),
        (Save, Rejected),
        (Submit(2), Waiting),
        (Submit(3), Waiting),
        (Answer(3, "approved"), Approved),
    ] {
        write(&mut older, REPORT, PLACEMENT, step).await;
        check(&world, &callers, state).await;
    }
}

#[tokio::test]
async fn what_an_instance_of_the_release_before_answers_replaces_the_state_that_ours_has_set() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let submitted = world.submit(two_days()).await;
    check(&world, &[&supplier], MonthStatus::Waiting).await;
    let mut older = PgConnection::connect(&world.stand.addresses.application_url)
        .await
        .unwrap();
    let report = submitted.month_report_id.parse().unwrap();

    write(&mut older, report, PLACEMENT, Answer(1, "approved")).await;

    check(&world, &[&supplier], MonthStatus::Approved).await;
}

#[tokio::test]
async fn a_report_that_is_answered_while_states_are_filled_in_gets_the_state_after_the_answer() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let report = submitted.month_report_id.parse().unwrap();
    let mut older = world.stand.owner().await;
    let mut fills = world.stand.owner().await;
    forget(&mut fills).await;
    let mut answers = older.begin().await.unwrap();
    update(&mut answers, report, false, None).await;

    let filled = sqlx::raw_sql(FILL).execute(&mut fills);
    let answered = async {
        eventually(DEADLINE, || world.stand.is_somebody_waiting()).await;
        answer(&mut answers, report, 1, "approved").await;
        answers.commit().await.unwrap();
    };
    tokio::join!(filled, answered).0.unwrap();

    assert_eq!(states(&mut fills).await, ["approved"]);
}
