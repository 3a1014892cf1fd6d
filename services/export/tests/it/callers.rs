//! Runs are the agency's alone.

use platform::auth::token::{ClientKind, Portal};
use proto::errors::v1::ErrorReason;
use proto::export::v1::*;
use proto::types::v1::Recipient;

use crate::stand::*;

async fn creates(caller: &Caller) -> Result<Run, tonic::Status> {
    let request = caller.request(CreateRunRequest {
        month: Some(FEBRUARY),
        recipient: Recipient::Esf.into(),
        hold_before: RunStage::Plan.into(),
        request_id: fresh_id(),
    });
    Ok(caller.runs().create_run(request).await?.into_inner().run.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_agency_runs_exports() {
    let stand = Stand::new().await;
    let others = [
        (stand.machine(ClientKind::Supplier), ErrorReason::CallerNotAllowed),
        (
            stand.person(Portal::Participant, None),
            ErrorReason::CallerNotAllowed,
        ),
        (stand.staff(REPORTS), ErrorReason::PermissionMissing),
        (stand.staff(OPERATES), ErrorReason::PermissionMissing),
        (stand.staff(FOREIGN), ErrorReason::CallerNotAllowed),
    ];
    for (caller, reason) in others {
        assert_eq!(refusal(creates(&caller).await).reason(), reason);
    }
    creates(&stand.staff(RUNS_EXPORTS)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_runs_and_not_rows() {
    let stand = Stand::new().await;
    let run = creates(&stand.agency()).await.unwrap();
    let operator = stand.staff(OPERATES);
    let request = operator.request(GetRunRequest {
        run_id: run.run_id.clone(),
    });
    operator.runs().get_run(request).await.unwrap();
    let request = operator.request(ListRunRowsRequest {
        run_id: run.run_id,
        ..Default::default()
    });
    let answer = operator.runs().list_run_rows(request).await;
    assert_eq!(refusal(answer).reason(), ErrorReason::PermissionMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_rows_is_told_to_those_they_are_about() {
    let stand = Stand::new().await;
    let participants = stand.hear_of_many(2).await;
    let run = stand.run_through(Recipient::Esf).await;
    let told = async || -> i64 {
        sqlx::query_scalar("select count(*) from platform.outbox where topic = 'audit.access.v1'")
            .fetch_one(stand.running.parts().database.pool())
            .await
            .unwrap()
    };
    assert_eq!(told().await, 0);
    stand.rows(&run.run_id).await;
    stand.rows(&run.run_id).await;
    assert_eq!(
        told().await,
        i64::try_from(participants.len()).unwrap(),
        "once a day each"
    );
}
