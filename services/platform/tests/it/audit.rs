//! Lines that stay.

use platform::audit::{self, Actor, AuditLine, ChainState, SealAudit};
use platform::db::DbError;
use platform::jobs::Runner;
use serde_json::json;
use support::eventually;
use tokio_util::sync::CancellationToken;

use crate::stand::{DEADLINE, Stand};

#[tokio::test]
async fn lines_about_a_thing_are_found_newest_first() {
    let stand = Stand::new().await;
    for action in ["staff.create_account", "staff.end_account"] {
        append(&stand, action).await;
        stand.clock.advance(jiff::SignedDuration::from_secs(1));
    }

    let lines = stand.database.transaction("test.read", async |tx| {
        audit::about(tx, "account", "a-1", 10).await
    });

    let lines = lines.await.unwrap();
    let actions: Vec<_> = lines.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["staff.end_account", "staff.create_account"]);
    assert_eq!(lines[0].details, json!({"reason": "left"}));
}

#[tokio::test]
async fn many_lines_are_written_in_one_statement() {
    let stand = Stand::new().await;
    let lines = vec![line("test.read"); 40];

    stand
        .database
        .transaction("test.append", async |tx| audit::append_all(tx, &lines).await)
        .await
        .unwrap();

    let count: i64 = sqlx::query_scalar("select count(*) from platform.audit_lines")
        .fetch_one(stand.database.pool())
        .await
        .unwrap();
    assert_eq!(count, 40);
}

#[tokio::test]
async fn the_application_can_neither_change_nor_remove_a_line() {
    let stand = Stand::new().await;
    append(&stand, "test.act").await;

    for statement in [
        "update platform.audit_lines set actor_id = 'somebody else'",
        "delete from platform.audit_lines",
        "truncate platform.audit_lines",
        "drop table platform.audit_lines",
        "alter table platform.audit_lines owner to current_user",
    ] {
        let error = DbError::from(
            sqlx::query(statement)
                .execute(stand.database.pool())
                .await
                .unwrap_err(),
        );
        let DbError::Other(cause) = error else {
            panic!("{statement}: {error:?}")
        };
        assert_eq!(cause.sqlstate().as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn sealed_lines_verify() {
    let stand = Stand::new().await;
    append(&stand, "test.first").await;
    seal(&stand).await;
    append(&stand, "test.second").await;
    append(&stand, "test.third").await;
    seal(&stand).await;
    append(&stand, "test.fourth").await;

    assert_eq!(
        verify(&stand).await,
        ChainState::Whole {
            sealed: 3,
            unsealed: 1
        }
    );
}

#[tokio::test]
async fn a_change_behind_the_applications_back_breaks_the_chain() {
    for change in [
        "update platform.audit_lines set actor_id = 'somebody else' where line_id = 2",
        "update platform.audit_lines set purpose = '' where line_id = 2",
        "delete from platform.audit_lines where line_id = 2",
        "delete from platform.audit_seals where position = 2",
        "update platform.audit_seals set signature = sha256(signature) where position = 2",
    ] {
        let stand = Stand::new().await;
        for action in ["test.first", "test.second", "test.third"] {
            append(&stand, action).await;
            seal(&stand).await;
        }

        sqlx::query(change)
            .execute(&mut stand.owner().await)
            .await
            .unwrap();

        assert_eq!(
            verify(&stand).await,
            ChainState::Broken { position: 2 },
            "{change}"
        );
    }
}

#[tokio::test]
async fn a_line_taken_from_the_sealer_is_missed() {
    let stand = Stand::new().await;
    append(&stand, "test.first").await;

    sqlx::query("delete from platform.audit_unsealed")
        .execute(stand.database.pool())
        .await
        .unwrap();

    assert_eq!(verify(&stand).await, ChainState::Withheld { lines: 1 });
}

async fn verify(stand: &Stand) -> ChainState {
    audit::verify(&stand.database, &stand.keys().await).await.unwrap()
}

/// Lets the sealer run until nothing waits for it.
async fn seal(stand: &Stand) {
    let sealer = SealAudit::new(stand.database.clone(), &stand.keys().await);
    let runner = Runner::new(stand.database.clone(), stand.entropy.clone()).with(sealer);
    let stopping = CancellationToken::new();
    let sealed = async {
        eventually(DEADLINE, || async {
            // Also past the pause after an attempt that failed.
            stand.clock.advance(jiff::SignedDuration::from_secs(1));
            let waiting: i64 = sqlx::query_scalar("select count(*) from platform.audit_unsealed")
                .fetch_one(stand.database.pool())
                .await
                .unwrap();
            waiting == 0
        })
        .await;
        stopping.cancel();
    };
    tokio::join!(sealed, async { runner.run(stopping.clone()).await.unwrap() });
}

async fn append(stand: &Stand, action: &'static str) {
    stand
        .database
        .transaction("test.append", async |tx| audit::append(tx, line(action)).await)
        .await
        .unwrap();
}

fn line(action: &'static str) -> AuditLine {
    AuditLine {
        actor: Actor::operator("test"),
        action,
        subject_kind: "account",
        subject_id: "a-1".to_owned(),
        purpose: None,
        details: json!({"reason": "left"}),
    }
}
