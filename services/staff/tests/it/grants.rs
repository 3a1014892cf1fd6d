//! What deciders are told: records with resolved scope, heartbeats, and changes since a cursor that no late commit
//! escapes.

use platform::grpc::{ClientChannel, Code};
use prost::Message as _;
use proto::errors::v1::ErrorReason;
use proto::staff::events::v1 as events;
use proto::staff::v1::grant_service_client::GrantServiceClient;
use proto::staff::v1::*;
use sqlx::{Connection as _, Executor as _, Row as _};
use staff::events::heartbeat;
use staff::queries::grant_changes;
use support::eventually;
use tonic::Request;

use crate::stand::{DEADLINE, World, refusal};

fn client(world: &World) -> GrantServiceClient<ClientChannel> {
    GrantServiceClient::new(world.stand.channel_of("attendance"))
}

async fn changes(world: &World, since: &str) -> ListGrantChangesResponse {
    let request = Request::new(ListGrantChangesRequest {
        since: since.to_owned(),
    });
    client(world)
        .list_grant_changes(request)
        .await
        .unwrap()
        .into_inner()
}

fn ids(answer: &ListGrantChangesResponse) -> Vec<String> {
    answer
        .changes
        .iter()
        .map(|change| change.account.clone().unwrap().account_id)
        .collect()
}

#[tokio::test]
async fn the_first_answer_holds_all_and_the_next_what_changed_since() {
    let world = World::new().await;
    let (_, one) = world.administrator(&world.first, 1).await;
    let all = changes(&world, "").await;
    assert!(all.complete);
    assert_eq!(all.changes.len(), 2);
    let (_, another) = world.administrator(&world.first, 2).await;
    let since = changes(&world, &all.next_since).await;
    assert!(ids(&since).contains(&another.account_id));
    // A transaction that is open anywhere in the cluster, as other tests have them, holds the cursor back: what changed
    // after it began is given again until it ends.
    eventually(DEADLINE, || async {
        let all = changes(&world, "").await;
        let next = changes(&world, &all.next_since).await;
        !ids(&next).contains(&one.account_id)
    })
    .await;
}

#[tokio::test]
async fn a_revision_is_that_of_the_record() {
    let world = World::new().await;
    let (_, account) = world.administrator(&world.first, 1).await;
    let all = changes(&world, "").await;
    let change = all
        .changes
        .into_iter()
        .find(|it| it.account.as_ref().unwrap().account_id == account.account_id);
    let change = change.unwrap();
    let query = "select epoch, n from platform.outbox where key = $1 order by id desc limit 1";
    let record = sqlx::query(query)
        .bind(&account.account_id)
        .fetch_one(&mut world.stand.owner().await)
        .await
        .unwrap();
    let revision = change.revision.unwrap();
    assert_eq!((revision.epoch, revision.n), (record.get(0), record.get(1)));
    assert_eq!(
        change.account.unwrap(),
        world.stand.last_record(&account.account_id).await
    );
}

#[tokio::test]
async fn a_change_that_commits_late_is_not_missed() {
    let world = World::new().await;
    let (_, late) = world.administrator(&world.first, 1).await;
    let mut owner = world.stand.owner().await;
    let mut open = owner.begin().await.unwrap();
    let touch = "update accounts set changed_in = pg_current_xact_id()::text::bigint where account_id = $1";
    open.execute(sqlx::query(touch).bind(late.account_id.parse::<uuid::Uuid>().unwrap()))
        .await
        .unwrap();
    // Others change and commit after it began, and the cursor moves on beyond them.
    world.administrator(&world.other, 2).await;
    let before = changes(&world, "").await;
    open.commit().await.unwrap();
    let after = changes(&world, &before.next_since).await;
    assert!(ids(&after).contains(&late.account_id));
}

#[tokio::test]
async fn pages_hold_every_account_once_the_walk_is_complete() {
    let world = World::new().await;
    for person in 1..6 {
        world.administrator(&world.first, person).await;
    }
    let database = &world.stand.running.parts().database;
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = grant_changes::changes(database, cursor, 2).await.unwrap();
        found.extend(page.changes.iter().map(|change| change.account.id));
        cursor = Some(page.next);
        if page.is_complete {
            break;
        }
        assert_eq!(page.changes.len(), 2);
    }
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 6);
}

#[tokio::test]
async fn a_cursor_of_before_a_restore_gives_everything() {
    let world = World::new().await;
    let cursor = changes(&world, "").await.next_since;
    sqlx::query("update platform.epoch set epoch = epoch + 1")
        .execute(&mut world.stand.owner().await)
        .await
        .unwrap();
    let answer = changes(&world, &cursor).await;
    assert_eq!(answer.changes.len(), 1);
    assert_eq!(answer.changes[0].revision.unwrap().epoch, 2);
}

#[tokio::test]
async fn services_alone_may_ask() {
    let world = World::new().await;
    let certificate = world.stand.authority.client("a machine").unwrap();
    let channel = world.stand.channel(&crate::stand::tls_of(&certificate));
    let request = Request::new(ListGrantChangesRequest::default());
    let refused = refusal(GrantServiceClient::new(channel).list_grant_changes(request).await);
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Forbidden, ErrorReason::CallerNotAllowed)
    );
}

#[tokio::test]
async fn a_text_that_is_no_cursor_is_refused() {
    let world = World::new().await;
    let request = Request::new(ListGrantChangesRequest {
        since: "yesterday".to_owned(),
    });
    let refused = refusal(client(&world).list_grant_changes(request).await);
    assert_eq!(refused.violations()[0].path, "since");
}

#[tokio::test]
async fn heartbeats_go_to_every_partition_by_one_replica_at_a_time() {
    let world = World::with_agency().await;
    let database = &world.stand.running.parts().database;
    eventually(DEADLINE, || async {
        world
            .stand
            .count("platform.outbox where key like 'heartbeat-%'")
            .await
            >= 24
    })
    .await;
    let turns = futures::future::join_all((0..8).map(|_| heartbeat::write(database, 12))).await;
    assert!(turns.into_iter().filter(|turn| *turn.as_ref().unwrap()).count() <= 1);
    let query = "select distinct partition, key, payload from platform.outbox where key like 'heartbeat-%'";
    for row in sqlx::query(query)
        .fetch_all(&mut world.stand.owner().await)
        .await
        .unwrap()
    {
        let (partition, key): (i32, String) = (row.get(0), row.get(1));
        assert_eq!(key, format!("heartbeat-{partition}"));
        let record = events::AccountRecord::decode(row.get::<Vec<u8>, _>(2).as_slice()).unwrap();
        assert!(matches!(
            record.record,
            Some(events::account_record::Record::Heartbeat(_))
        ));
    }
}

#[tokio::test]
async fn a_topic_is_written_out_again() {
    let world = World::new().await;
    world.administrator(&world.first, 1).await;
    let database = &world.stand.running.parts().database;
    for source in staff::events::republish::sources() {
        let before = world.stand.outbox(source.topic()).await;
        let written = platform::operations::republish::republish(database, &*source)
            .await
            .unwrap();
        let after = world.stand.outbox(source.topic()).await;
        assert_eq!(after.len(), before.len() + written);
        for (key, payload) in &after[before.len()..] {
            let last = before.iter().rev().find(|(earlier, _)| earlier == key).unwrap();
            assert_eq!(&last.1, payload, "{}", source.topic());
        }
    }
}
