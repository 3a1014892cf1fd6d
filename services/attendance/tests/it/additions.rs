//! Additions switched off: participants see and sign whole hours alone, and hours come by hand.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::uploads::v1::UploadChunkRequest;

use crate::stand::*;

const NO_MINUTES: &str = "additions = { minutes_shown = false }";
const NO_FILES: &str = "additions = { hours_files = false }";
const NO_PARTS: &str = "additions = { partial_hours_files = false }";

/// One row that is right and one of a Sunday, of two months.
const FILE: &[u8] = b"case_reference,day,activity_code,minutes\n\
AF-1,2026-02-02,WORKSHOP,60\n\
AF-1,2026-03-01,WORKSHOP,60\n";

async fn import(world: &World, allow_partial: bool) -> Result<pb::ImportHoursResponse, tonic::Status> {
    let supplier = world.supplier(OWN);
    let upload_id = fresh_id();
    let chunk = UploadChunkRequest {
        upload_id: upload_id.clone(),
        offset: 0,
        content: FILE.into(),
    };
    supplier
        .uploads()
        .upload_chunk(supplier.request(chunk))
        .await
        .unwrap();
    let request = pb::ImportHoursRequest {
        request_id: fresh_id(),
        upload_id,
        allow_partial,
        ..Default::default()
    };
    inner(supplier.months().import_hours(supplier.request(request)).await)
}

fn minutes(month: &pb::OwnMonth) -> Vec<(i32, i32)> {
    let days = month.days.iter().flat_map(|day| &day.activities);
    days.chain(&month.totals)
        .map(|activity| (activity.minutes, activity.credited_minutes))
        .collect()
}

#[tokio::test]
async fn participants_read_and_sign_minutes_only_where_they_are_shown() {
    for (settings, is_shown) in [("", true), (NO_MINUTES, false)] {
        let world = World::with(settings).await;
        let submitted = world.submit(two_days()).await;
        let month = world.read(&submitted.month_report_id).await.unwrap();
        let is_told = minutes(&month)
            .iter()
            .any(|(minutes, counted)| minutes != counted);
        assert_eq!(is_told, is_shown, "{month:?}");
        let signature = world.try_prepare(&submitted).await.unwrap();
        let text = world.stand.identity.document(&signature).request.visible_text;
        assert_eq!(text.contains("150 min"), is_shown, "{text}");
        assert!(text.contains("3 timmar"), "{text}");
    }
}

#[tokio::test]
async fn what_counts_and_what_the_provider_sees_do_not_depend_on_what_is_shown() {
    let (world, plain) = (World::new().await, World::with(NO_MINUTES).await);
    let counted = |month: pb::SubmitMonthResponse| month.revision.unwrap().credited_minutes;
    assert_eq!(
        counted(world.submit(two_days()).await),
        counted(plain.submit(two_days()).await)
    );
    let reported: Vec<i32> = plain.month().await.revisions[0]
        .days
        .iter()
        .flat_map(|day| &day.activities)
        .map(|activity| activity.minutes)
        .collect();
    assert_eq!(
        reported,
        [150, 15, 120],
        "the provider sees what it reported all the same"
    );
}

#[tokio::test]
async fn a_file_of_hours_is_refused_where_none_are_taken() {
    let world = World::with(NO_FILES).await;
    for allow_partial in [false, true] {
        let refused = refusal(import(&world, allow_partial).await);
        assert_eq!(refused.reason(), ErrorReason::NotOffered);
    }
}

#[tokio::test]
async fn a_file_is_taken_in_part_only_where_that_is_offered() {
    let world = World::new().await;
    assert!(import(&world, true).await.unwrap().imported);
    let world = World::with(NO_PARTS).await;
    let refused = refusal(import(&world, true).await);
    assert_eq!(refused.reason(), ErrorReason::NotOffered);
    assert!(!import(&world, false).await.unwrap().imported);
    assert!(world.month().await.draft.is_none(), "nothing was saved");
}
