//! Files of hours from a provider's own system: by case reference, all or nothing, each wrong row told with line, column
//! and reason.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::uploads::v1::UploadChunkRequest;
use tonic::Status;

use crate::stand::*;

const HEADER: &str = "case_reference,day,activity_code,minutes";

async fn upload(caller: &Caller, content: Vec<u8>) -> String {
    let upload_id = fresh_id();
    let chunk = UploadChunkRequest {
        upload_id: upload_id.clone(),
        offset: 0,
        content: content.into(),
    };
    caller
        .uploads()
        .upload_chunk(caller.request(chunk))
        .await
        .unwrap();
    upload_id
}

async fn import_bytes(
    caller: &Caller,
    content: Vec<u8>,
    change: impl FnOnce(&mut pb::ImportHoursRequest),
) -> Result<pb::ImportHoursResponse, Status> {
    let mut request = pb::ImportHoursRequest {
        request_id: fresh_id(),
        upload_id: upload(caller, content).await,
        ..Default::default()
    };
    change(&mut request);
    inner(caller.months().import_hours(caller.request(request)).await)
}

async fn import(
    caller: &Caller,
    rows: &[&str],
    change: impl FnOnce(&mut pb::ImportHoursRequest),
) -> pb::ImportHoursResponse {
    let file = format!("{HEADER}\n{}\n", rows.join("\n"));
    import_bytes(caller, file.into_bytes(), change).await.unwrap()
}

/// Line, column and reason of each row that was refused.
fn refused(answer: &pb::ImportHoursResponse) -> Vec<(i32, &str, ErrorReason)> {
    let refused = answer
        .rows
        .iter()
        .filter(|row| row.result() == pb::HoursRowResult::Refused);
    refused
        .map(|row| (row.line, row.column.as_str(), row.reason()))
        .collect()
}

#[tokio::test]
async fn a_file_becomes_a_draft_per_placement_and_month() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let rows = [
        "AF-1,2026-02-02,WORKSHOP,120",
        "AF-1,2026-02-03,VAGLEDNING,45",
        "AF-2,2026-02-02,WORKSHOP,60",
        "AF-1,2026-03-02,WORKSHOP,60",
    ];
    let answer = import(&supplier, &rows, |_| ()).await;
    assert!(answer.imported);
    assert_eq!(
        (answer.taken_rows, answer.refused_rows, answer.months.len()),
        (4, 0, 3)
    );
    let month = world.month().await;
    assert_eq!(
        month.draft.unwrap().entries,
        [entry(2, "WORKSHOP", 120), entry(3, "VAGLEDNING", 45)]
    );
    let etag = answer
        .months
        .iter()
        .find(|of| of.placement_id == PLACEMENT.to_string() && of.month == Some(FEBRUARY))
        .unwrap();
    assert_eq!(etag.etag, month.etag);
    assert_eq!(
        world
            .month_of(SECOND_PLACEMENT)
            .await
            .draft
            .unwrap()
            .entries
            .len(),
        1
    );
}

#[tokio::test]
async fn each_wrong_row_is_told_and_nothing_is_imported() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let rows = [
        "AF-1,2026-02-02,WORKSHOP,120",
        "AF-77,2026-02-02,WORKSHOP,120",
        "AF-1,2026-02-07,WORKSHOP,60",
        "AF-1,2026-02-03,SPRAKSTOD,60",
        "AF-1,2026-02-04,WORKSHOP,481",
        "AF-1,2026-02-30,WORKSHOP,60",
        "AF-1,2026-02-02,WORKSHOP,60",
        "AF-1,2026-02-05,WORKSHOP",
        "AF-3,2026-02-02,WORKSHOP,60",
    ];
    let answer = import(&supplier, &rows, |_| ()).await;
    assert!(!answer.imported && answer.months.is_empty());
    assert_eq!(
        refused(&answer),
        [
            (3, "case_reference", ErrorReason::CaseReferenceUnknown),
            (4, "day", ErrorReason::DayNotWorking),
            (5, "activity_code", ErrorReason::ActivityNotPlanned),
            (6, "minutes", ErrorReason::FieldOutOfRange),
            (7, "day", ErrorReason::DayImpossible),
            (8, "", ErrorReason::FileRowDuplicate),
            (9, "", ErrorReason::FileRowMalformed),
            (10, "case_reference", ErrorReason::CaseReferenceUnknown),
        ]
    );
    assert_eq!(world.month().await.draft, None);
}

#[tokio::test]
async fn partial_takes_the_months_that_are_right_in_all_rows() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let rows = [
        "AF-1,2026-02-02,WORKSHOP,120",
        "AF-1,2026-02-07,WORKSHOP,60",
        "AF-2,2026-02-02,WORKSHOP,60",
    ];
    let answer = import(&supplier, &rows, |request| request.allow_partial = true).await;
    assert!(answer.imported);
    assert_eq!(
        (answer.taken_rows, answer.refused_rows, answer.left_out_rows),
        (1, 1, 1)
    );
    assert_eq!(refused(&answer), [(3, "day", ErrorReason::DayNotWorking)]);
    assert_eq!(world.month().await.draft, None);
    assert_eq!(
        world
            .month_of(SECOND_PLACEMENT)
            .await
            .draft
            .unwrap()
            .entries
            .len(),
        1
    );
}

#[tokio::test]
async fn a_personal_number_anywhere_refuses_the_whole_file() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let number = support::people::PEOPLE[0].number;
    let row = format!("{number},2026-02-02,WORKSHOP,60");
    let rows = ["AF-2,2026-02-02,WORKSHOP,60", row.as_str()];
    let answer = import(&supplier, &rows, |request| request.allow_partial = true).await;
    assert!(!answer.imported);
    assert_eq!(
        refused(&answer),
        [(3, "case_reference", ErrorReason::PersonalNumberInFile)]
    );
    assert_eq!(world.month_of(SECOND_PLACEMENT).await.draft, None);
}

#[tokio::test]
async fn a_file_with_a_personal_number_is_deleted_at_once() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let number = support::people::PEOPLE[0].number;
    for validate_only in [true, false] {
        let file = format!("{HEADER}\n{number},2026-02-02,WORKSHOP,60\n");
        let upload_id = upload(&supplier, file.into_bytes()).await;
        let import = async || {
            let request = supplier.request(pb::ImportHoursRequest {
                request_id: fresh_id(),
                upload_id: upload_id.clone(),
                validate_only,
                ..Default::default()
            });
            inner(supplier.months().import_hours(request).await)
        };
        assert_eq!(import().await.unwrap().refused_rows, 1);
        assert_eq!(refusal(import().await).reason(), ErrorReason::UploadUnknown);
    }
}

#[tokio::test]
async fn a_kept_answer_is_not_given_once_its_placement_is_out_of_reach() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let file = format!("{HEADER}\nAF-1,2026-02-02,WORKSHOP,120\n");
    let request = pb::ImportHoursRequest {
        request_id: fresh_id(),
        upload_id: upload(&supplier, file.into_bytes()).await,
        ..Default::default()
    };
    let import = async || {
        inner(
            supplier
                .months()
                .import_hours(supplier.request(request.clone()))
                .await,
        )
    };
    let first = import().await.unwrap();
    assert_eq!(import().await.unwrap(), first);
    world.move_away().await;
    assert_eq!(refusal(import().await).reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn a_file_does_not_reach_the_months_from_before_a_move() {
    let world = World::new().await;
    world.save(two_days()).await;
    world.move_away().await;
    let other = world.supplier(OTHER);
    let rows = ["AF-1,2026-02-02,WORKSHOP,120"];
    let answer = import(&other, &rows, |request| request.replace_drafts = true).await;
    assert_eq!(refused(&answer), [(2, "", ErrorReason::CaseReferenceUnknown)]);
}

#[tokio::test]
async fn a_file_that_is_none_is_told_as_that() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let files: [(&[u8], ErrorReason); 4] = [
        (
            b"case_reference,day,activity_code,minutes\nAF-1,2026-02-02,V\xc4GLEDNING,60\n",
            ErrorReason::FileEncodingWrong,
        ),
        (
            b"case_reference,day,minutes\nAF-1,2026-02-02,60\n",
            ErrorReason::FileColumnMissing,
        ),
        (
            b"case_reference,day,activity_code,minutes,name\nAF-1,2026-02-02,WORKSHOP,60,x\n",
            ErrorReason::FileColumnUnknown,
        ),
        (
            b"case_reference,day,activity_code,minutes\n",
            ErrorReason::FileEmpty,
        ),
    ];
    for (content, reason) in files {
        let refused = refusal(import_bytes(&supplier, content.to_vec(), |_| ()).await);
        assert_eq!(
            (refused.reason(), refused.violations()[0].path.as_str()),
            (reason, "upload_id")
        );
    }
}

#[tokio::test]
async fn a_draft_that_says_something_else_is_not_overwritten_unasked() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    world.save(two_days()).await;
    let rows = ["AF-1,2026-02-02,WORKSHOP,120"];
    let answer = import(&supplier, &rows, |_| ()).await;
    assert_eq!(refused(&answer), [(2, "", ErrorReason::DraftDiffers)]);
    assert_eq!(world.month().await.draft.unwrap().entries.len(), 3);
    let answer = import(&supplier, &rows, |request| request.replace_drafts = true).await;
    assert!(answer.imported);
    assert_eq!(world.month().await.draft.unwrap().entries.len(), 1);
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let rows = ["AF-1,2026-02-02,WORKSHOP,120"];
    let first = import(&supplier, &rows, |_| ()).await;
    let again = import(&supplier, &rows, |_| ()).await;
    assert!(first.months[0].changed && !again.months[0].changed);
    assert_eq!(first.months[0].etag, again.months[0].etag);
    world.try_submit(&first.months[0].etag, |_| ()).await.unwrap();
    let after = import(&supplier, &rows, |_| ()).await;
    assert!(!after.months[0].changed);
    assert_eq!(world.month().await.draft, None);
}

#[tokio::test]
async fn checking_alone_saves_nothing_and_keeps_the_file() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let file = format!("{HEADER}\nAF-1,2026-02-02,WORKSHOP,120\n");
    let upload_id = upload(&supplier, file.into_bytes()).await;
    for validate_only in [true, false] {
        let request = supplier.request(pb::ImportHoursRequest {
            request_id: fresh_id(),
            upload_id: upload_id.clone(),
            validate_only,
            ..Default::default()
        });
        let answer = inner(supplier.months().import_hours(request).await).unwrap();
        assert_eq!((answer.taken_rows, answer.imported), (1, !validate_only));
        assert_eq!(world.month().await.draft.is_some(), !validate_only);
    }
}

#[tokio::test]
async fn a_file_reaches_no_further_than_its_sender() {
    let world = World::new().await;
    let rows = ["AF-2,2026-02-02,WORKSHOP,60"];
    let answer = import(&world.reporter, &rows, |_| ()).await;
    assert_eq!(
        refused(&answer),
        [(2, "case_reference", ErrorReason::CaseReferenceUnknown)]
    );
}
