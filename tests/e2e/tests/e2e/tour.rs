//! The tour can be taken again.

use anyhow::{Result, ensure};
use e2e::world::World;
use journey::job::SECOND_SUPERVISOR;
use journey::tour::{self, CAST, Hiring};
use journey::{Gateway, Places, StaffMember};
use proto::staff::v1::Organisation;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// What a second tour must not double, with the database that has it.
const KEPT_ONCE: [(&str, &str); 7] = [
    ("staff", "organisations"),
    ("staff", "units"),
    ("staff", "offices"),
    ("staff", "accounts"),
    ("staff", "nominations"),
    ("identity", "persons"),
    ("identity", "clients"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_tour_finds_what_the_first_one_left() -> Result<()> {
    let world = World::toured("tour").await?;
    let before = numbers(&world).await?;

    let first = tour::tour(&world.places, &CAST, &mut |_| {}).await?;
    let second = tour::tour(&world.places, &CAST, &mut |_| {}).await?;

    ensure!(first.accounts == second.accounts, "other accounts than before");
    let after = numbers(&world).await?;
    ensure!(before == after, "{KEPT_ONCE:?} were {before:?} and are {after:?}");
    ensure!(
        after.iter().all(|number| *number > 0),
        "the tour made nothing: {after:?}"
    );
    ensure_an_invitation_is_gone_on_from(&world.places, &first.provider).await?;
    world.stop().await
}

// Whoever was cut off between the two would otherwise be an invited colleague for ever.
async fn ensure_an_invitation_is_gone_on_from(places: &Places, provider: &Organisation) -> Result<()> {
    let second = Hiring {
        places,
        cast: &CAST,
        organisation: provider,
        person: &SECOND_SUPERVISOR,
    };
    second.invite().await?;
    second.employ().await?;
    let colleague = StaffMember::sign_in(&Gateway::open(places)?, &SECOND_SUPERVISOR).await?;
    let own = colleague.accounts().await?;
    ensure!(own.len() == 1, "the colleague has {} accounts", own.len());
    Ok(())
}

async fn numbers(world: &World) -> Result<Vec<i64>> {
    let mut numbers = Vec::new();
    for (database, table) in KEPT_ONCE {
        let mut connection = PgConnection::connect(&world.stack.postgres.url(database)).await?;
        let count = AssertSqlSafe(format!("select count(*) from {table}"));
        numbers.push(sqlx::query_scalar(count).fetch_one(&mut connection).await?);
        connection.close().await?;
    }
    Ok(numbers)
}
