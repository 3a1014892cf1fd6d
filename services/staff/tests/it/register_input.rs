//! Bad files: each gets a clear answer, and nothing is saved.

use platform::auth::token::ClientKind;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::staff::v1::*;
use support::people::PEOPLE;

use crate::stand::{FIRST_ROW, HEADER, OTHER_ROW, SECOND_ROW, World, fresh_id, refusal};

/// Imports bytes and expects a refusal of the whole file.
async fn refused_file(content: Vec<u8>) -> platform::grpc::Rejection {
    let world = World::with_agency().await;
    let upload_id = world.upload_bytes(&world.agency, content).await;
    let request = ImportRegisterRequest {
        request_id: fresh_id(),
        upload_id,
        ..Default::default()
    };
    let refusal = refusal(world.send_import(request).await);
    assert_eq!(refusal.code(), Code::Invalid);
    assert_eq!(refusal.violations()[0].path, "upload_id");
    assert_eq!(world.stand.count("units").await, 0);
    refusal
}

/// Imports rows into a register with the first row and expects that only the last one is refused.
async fn refused_row(rows: &[&str]) -> Vec<RowReason> {
    let world = World::with_agency().await;
    let answer = world.try_import(rows, |_| ()).await.unwrap();
    assert!(!answer.imported);
    assert_eq!(world.stand.count("units").await, 0);
    let last = answer.rows.last().unwrap();
    assert_eq!(last.result(), RowResult::Refused, "{answer:?}");
    assert!(
        last.reasons
            .iter()
            .all(|reason| !reason.text_sv.is_empty() && !reason.text_en.is_empty())
    );
    last.reasons.clone()
}

fn reasons(reasons: &[RowReason]) -> Vec<(&str, ErrorReason)> {
    reasons
        .iter()
        .map(|reason| (reason.column.as_str(), reason.reason()))
        .collect()
}

#[tokio::test]
async fn a_file_in_latin_1_is_refused_with_the_line() {
    let mut content = format!("{HEADER}\n{OTHER_ROW}\n").into_bytes();
    content.extend(
        FIRST_ROW
            .chars()
            .map(|letter| if letter.is_ascii() { letter as u8 } else { 0xf6 }),
    );
    content.extend([0xe5, b'\n']);
    let refusal = refused_file(content).await;
    assert_eq!(refusal.reason(), ErrorReason::FileEncodingWrong);
    assert_eq!(refusal.metadata()["line"], "3");
}

#[tokio::test]
async fn a_file_in_utf_16_is_refused() {
    let text = format!("{HEADER}\n{FIRST_ROW}\n");
    let content = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        refused_file(content).await.reason(),
        ErrorReason::FileEncodingWrong
    );
}

#[tokio::test]
async fn a_missing_column_is_named() {
    let content = format!("{}\n{FIRST_ROW}\n", HEADER.replace(",esf_funded", ""));
    let refusal = refused_file(content.into_bytes()).await;
    assert_eq!(refusal.reason(), ErrorReason::FileColumnMissing);
    assert_eq!(refusal.metadata()["column"], "esf_funded");
}

#[tokio::test]
async fn an_unknown_column_is_refused() {
    let content = format!("{HEADER},shoe_size\n{FIRST_ROW},42\n");
    assert_eq!(
        refused_file(content.into_bytes()).await.reason(),
        ErrorReason::FileColumnUnknown
    );
}

#[tokio::test]
async fn a_file_without_rows_is_refused() {
    assert_eq!(
        refused_file(format!("{HEADER}\n").into_bytes()).await.reason(),
        ErrorReason::FileEmpty
    );
}

#[tokio::test]
async fn a_row_with_too_few_cells_is_refused() {
    let found = refused_row(&[FIRST_ROW, "556016-0680,Provbolaget AB"]).await;
    assert_eq!(reasons(&found), [("", ErrorReason::FileRowMalformed)]);
}

#[tokio::test]
async fn a_duplicate_row_is_refused_and_names_the_first() {
    let found = refused_row(&[FIRST_ROW, SECOND_ROW, FIRST_ROW]).await;
    assert_eq!(reasons(&found), [("", ErrorReason::FileRowDuplicate)]);
    assert!(found[0].text_sv.ends_with("(rad 2)") && found[0].text_en.ends_with("(line 2)"));
}

#[tokio::test]
async fn overlapping_validity_is_refused() {
    let overlapping = FIRST_ROW.replace("2026-01-01,", "2026-06-01,");
    let found = refused_row(&[FIRST_ROW, &overlapping]).await;
    assert_eq!(reasons(&found), [("valid_from", ErrorReason::ValidityOverlaps)]);
}

#[tokio::test]
async fn a_unit_number_of_another_organisation_is_refused() {
    let found = refused_row(&[FIRST_ROW, &OTHER_ROW.replace("KA2001", "KA1001")]).await;
    assert_eq!(reasons(&found), [("unit_number", ErrorReason::KaNumberTaken)]);
}

#[tokio::test]
async fn a_unit_number_that_is_stored_for_another_is_refused() {
    let world = World::new().await;
    let stolen = OTHER_ROW.replace("KA2001", "KA1001");
    let answer = world.try_import(&[&stolen], |_| ()).await.unwrap();
    assert_eq!(
        reasons(&answer.rows[0].reasons),
        [("unit_number", ErrorReason::KaNumberTaken)]
    );
    assert!(!answer.imported);
}

#[tokio::test]
async fn wrong_numbers_are_refused_with_their_cause() {
    for (number, reason) in [
        ("556016-0681", ErrorReason::NumberCheckDigitWrong),
        ("19450312-9804", ErrorReason::NumberCheckDigitWrong),
        ("19450230-9803", ErrorReason::NumberDateImpossible),
        ("5560-160680", ErrorReason::NumberMalformed),
    ] {
        let found = refused_row(&[&FIRST_ROW.replace("556016-0680", number)]).await;
        assert_eq!(reasons(&found), [("organisation_number", reason)], "{number}");
    }
}

#[tokio::test]
async fn a_number_that_identity_refuses_is_refused_in_its_row() {
    let world = World::with_agency().await;
    world.stand.identity.refuse_number(PEOPLE[5].number);
    let row = FIRST_ROW.replace("556016-0680", PEOPLE[5].number);
    let answer = world.try_import(&[OTHER_ROW, &row], |_| ()).await.unwrap();
    assert_eq!(
        reasons(&answer.rows[1].reasons),
        [("organisation_number", ErrorReason::NumberDateImpossible)]
    );
}

#[tokio::test]
async fn malformed_cells_are_all_named() {
    let row = FIRST_ROW
        .replace("provider,no", "company,maybe")
        .replace("2026-01-01,", "2026-02-30,2026-01-31");
    let found = refused_row(&[&row]).await;
    let expected = [
        ("organisation_kind", ErrorReason::FieldUnknownValue),
        ("training", ErrorReason::FieldUnknownValue),
        ("valid_from", ErrorReason::DayImpossible),
    ];
    assert_eq!(reasons(&found), expected);
}

#[tokio::test]
async fn an_upload_that_is_unknown_or_somebody_elses_is_refused() {
    let world = World::with_agency().await;
    let machine = world.stand.machine(ClientKind::Agency, world.agency_organisation);
    let foreign = world
        .upload_bytes(&machine, format!("{HEADER}\n{FIRST_ROW}\n").into_bytes())
        .await;
    for upload_id in [fresh_id(), foreign] {
        let request = ImportRegisterRequest {
            request_id: fresh_id(),
            upload_id,
            ..Default::default()
        };
        assert_eq!(
            refusal(world.send_import(request).await).reason(),
            ErrorReason::UploadUnknown
        );
    }
}

#[tokio::test]
async fn wrong_fields_of_the_request_are_named() {
    let world = World::with_agency().await;
    let refusal = refusal(world.send_import(ImportRegisterRequest::default()).await);
    let paths: Vec<&str> = refusal
        .violations()
        .iter()
        .map(|violation| violation.path.as_str())
        .collect();
    assert_eq!(paths, ["request_id", "upload_id"]);
}
