//! Bad input: each with its reason and the path of its field.

use proto::errors::v1::ErrorReason;
use proto::export::v1::*;
use proto::types::v1::{Month, PageRequest, Recipient};
use tonic::Code;

use crate::stand::*;

fn good() -> CreateRunRequest {
    CreateRunRequest {
        month: Some(FEBRUARY),
        recipient: Recipient::Esf.into(),
        hold_before: RunStage::Plan.into(),
        request_id: fresh_id(),
    }
}

async fn refused(stand: &Stand, request: CreateRunRequest) -> (String, ErrorReason) {
    let agency = stand.agency();
    let answer = agency.runs().create_run(agency.request(request)).await;
    let refusal = refusal(answer);
    let violation = &refusal.violations()[0];
    (violation.path.clone(), violation.reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_cannot_be_is_refused_field_by_field() {
    let stand = Stand::new().await;
    for (request, path, reason) in wrong_requests() {
        assert_eq!(refused(&stand, request).await, (path.to_owned(), reason));
    }
}

fn wrong_requests() -> Vec<(CreateRunRequest, &'static str, ErrorReason)> {
    let wrong = |change: &dyn Fn(&mut CreateRunRequest)| {
        let mut request = good();
        change(&mut request);
        request
    };
    let month = |year, month| Some(Month { year, month });
    vec![
        (wrong(&|it| it.month = None), "month", ErrorReason::FieldRequired),
        (
            wrong(&|it| it.month = month(2026, 13)),
            "month",
            ErrorReason::DayImpossible,
        ),
        (
            wrong(&|it| it.month = month(2026, 3)),
            "month",
            ErrorReason::MonthNotOver,
        ),
        (
            wrong(&|it| it.recipient = 0),
            "recipient",
            ErrorReason::FieldRequired,
        ),
        (
            wrong(&|it| it.recipient = 9),
            "recipient",
            ErrorReason::FieldUnknownValue,
        ),
        (
            wrong(&|it| it.hold_before = 99),
            "hold_before",
            ErrorReason::FieldUnknownValue,
        ),
        (
            wrong(&|it| it.request_id.clear()),
            "request_id",
            ErrorReason::FieldRequired,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_unfinished_run_of_a_month_and_recipient() {
    let stand = Stand::new().await;
    let run = stand.create(Recipient::Esf, RunStage::Plan).await;
    let refusal = refusal(stand.try_create(Recipient::Esf, RunStage::Plan).await);
    assert_eq!(refusal.reason(), ErrorReason::RunUnfinished);
    assert_eq!(refusal.metadata().get("run_id"), Some(&run.run_id));
    stand.create(Recipient::Scb, RunStage::Plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_begin_the_same_run_at_once_get_one() {
    let stand = Stand::new().await;
    let tries = (0..6).map(|_| stand.try_create(Recipient::Esf, RunStage::Plan));
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = answers.into_iter().find(Result::is_err).unwrap();
    assert_eq!(refusal(refused).reason(), ErrorReason::RunUnfinished);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_is_the_same_run() {
    let stand = Stand::new().await;
    let (agency, asked) = (stand.agency(), good());
    let create = async |request| agency.runs().create_run(agency.request(request)).await;
    let first = create(asked.clone()).await.unwrap().into_inner();
    let again = create(asked.clone()).await.unwrap().into_inner();
    assert_eq!(first, again);
    let other = create(CreateRunRequest {
        recipient: Recipient::Scb.into(),
        ..asked
    })
    .await;
    assert_eq!(refusal(other).reason(), ErrorReason::RequestIdReused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_not_there_is_not_found() {
    let stand = Stand::new().await;
    let agency = stand.agency();
    let run_id = fresh_id();
    let get = agency
        .runs()
        .get_run(agency.request(GetRunRequest {
            run_id: run_id.clone(),
        }))
        .await;
    assert_eq!(get.unwrap_err().code(), Code::NotFound);
    let rows = ListRunRowsRequest {
        run_id: run_id.clone(),
        ..Default::default()
    };
    let rows = agency.runs().list_run_rows(agency.request(rows)).await;
    assert_eq!(rows.unwrap_err().code(), Code::NotFound);
    let cancel = agency
        .runs()
        .cancel_run(agency.request(CancelRunRequest { run_id }))
        .await;
    assert_eq!(cancel.unwrap_err().code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_moves_only_forward() {
    let stand = Stand::new().await;
    let run = stand.create(Recipient::Esf, RunStage::Seal).await;
    let agency = stand.agency();
    let request = agency.request(ReleaseRunRequest {
        run_id: run.run_id,
        held_before: RunStage::Seal.into(),
        hold_before: RunStage::Plan.into(),
    });
    let refusal = refusal(agency.runs().release_run(request).await);
    assert_eq!(refusal.violations()[0].path, "hold_before");
    assert_eq!(refusal.violations()[0].reason, ErrorReason::StageNotLater);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_runs_are_paged() {
    let stand = Stand::new().await;
    stand.hear_of_many(5).await;
    let run = stand.create(Recipient::Esf, RunStage::Seal).await;
    stand.reaches(&run.run_id, RunStatus::Held).await;
    let agency = stand.agency();
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let request = agency.request(ListRunRowsRequest {
            run_id: run.run_id.clone(),
            outcome: RunRowOutcome::Planned.into(),
            page: Some(PageRequest { size: 2, token }),
        });
        let answer = agency.runs().list_run_rows(request).await.unwrap().into_inner();
        seen.extend(answer.rows.into_iter().map(|row| row.month_report_id));
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            break;
        }
    }
    let expected: Vec<String> = (0..5)
        .map(|place| Participant(place).report().to_string())
        .collect();
    assert_eq!(seen, expected);
    let request = agency.request(ListRunsRequest {
        month: Some(FEBRUARY),
        ..Default::default()
    });
    let listed = agency.runs().list_runs(request).await.unwrap().into_inner().runs;
    assert_eq!(listed.len(), 1);
}
