//! The page for suppliers: its commands are taken out and run as they stand.

use prost::Message as _;
use proto::attendance::v1::ImportHoursRequest;
use proto::uploads::v1::UploadChunkRequest;

use crate::stand::Stand;

const PAGE: &str = include_str!("../../../../docs/suppliers.md");

fn commands() -> String {
    let blocks = PAGE.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_commands_for_suppliers_work_as_they_stand() {
    let stand = Stand::new().await;
    let certificate = stand.authority.client("a supplier").unwrap();
    let hours = stand.folder().join("hours.csv");
    std::fs::write(&hours, "case_reference,day,activity_code,minutes\n").unwrap();
    let mut shell = tokio::process::Command::new("bash");
    shell
        .args(["-euo", "pipefail", "-c", &commands()])
        .env("DELTAGA", stand.suppliers_address())
        .env("CA", &certificate.ca_file)
        .env("CERTIFICATE", &certificate.certificate_file)
        .env("KEY", &certificate.key_file)
        .env("HOURS", &hours);

    let ran = shell.output().await.unwrap();

    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let sent = stand.attendance.last("UploadService/UploadChunk").message;
    let sent = UploadChunkRequest::decode(sent).unwrap();
    assert_eq!(sent.content, std::fs::read(&hours).unwrap());
    let imports = stand.attendance.calls("MonthService/ImportHours");
    let imports: Vec<ImportHoursRequest> = imports
        .into_iter()
        .map(|call| ImportHoursRequest::decode(call.message).unwrap())
        .collect();
    assert_eq!(imports.len(), 2);
    assert!(imports.iter().all(|import| import.upload_id == sent.upload_id));
    assert_eq!(
        stand.participants.calls("PlacementService/ListPlacements").len(),
        1
    );
}
