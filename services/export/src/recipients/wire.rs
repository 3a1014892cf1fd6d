//! Receipts as recipients write them.

use serde::Deserialize;

use crate::domain::ids::{MonthReportId, PartId};
use crate::domain::receipt::{Judgement, Receipt, ReceiptFault, ReceiptRow, RefusalCode};

#[derive(Deserialize)]
struct WireReceipt {
    part_id: PartId,
    attempt: i32,
    sealed_sha256: String,
    rows: Vec<WireRow>,
}

#[derive(Deserialize)]
struct WireRow {
    report_id: MonthReportId,
    revision: i32,
    accepted: bool,
    code: Option<String>,
}

/// An error's body.
#[derive(Deserialize)]
struct WireError {
    code: String,
}

/// A receipt in the form that was agreed.
pub fn receipt(body: &[u8]) -> Result<Receipt, ReceiptFault> {
    let wire: WireReceipt = serde_json::from_slice(body).map_err(|_| ReceiptFault::Malformed)?;
    let mut sealed_hash = [0; 32];
    hex::decode_to_slice(&wire.sealed_sha256, &mut sealed_hash).map_err(|_| ReceiptFault::Malformed)?;
    Ok(Receipt {
        part: wire.part_id,
        attempt: wire.attempt,
        sealed_hash,
        rows: wire.rows.iter().map(row).collect::<Result<_, _>>()?,
    })
}

/// Whether the body says this error.
pub fn is_error(body: &[u8], code: &str) -> bool {
    serde_json::from_slice::<WireError>(body).is_ok_and(|error| error.code == code)
}

fn row(wire: &WireRow) -> Result<ReceiptRow, ReceiptFault> {
    let judgement = match (wire.accepted, wire.code.as_deref()) {
        (true, None) => Judgement::Accepted,
        (false, Some(code)) => Judgement::Refused(RefusalCode::parse(code).ok_or(ReceiptFault::Malformed)?),
        (true, Some(_)) | (false, None) => return Err(ReceiptFault::Malformed),
    };
    Ok(ReceiptRow {
        report: wire.report_id,
        revision: wire.revision,
        judgement,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "0190a6de-0000-7000-8000-000000000001";

    fn body(row: &str) -> Vec<u8> {
        format!(
            r#"{{"part_id":"{REPORT}","attempt":1,"sealed_sha256":"{}","received_at":"2026-11-03T09:15:30Z","rows":[{row}]}}"#,
            "ab".repeat(32)
        )
        .into_bytes()
    }

    #[test]
    fn a_receipt_is_read_as_the_format_shows_it() {
        let rows = format!(
            r#"{{"report_id":"{REPORT}","revision":2,"accepted":true,"code":null}},
               {{"report_id":"{REPORT}","revision":2,"accepted":false,"code":"NUMBER_UNKNOWN"}}"#
        );
        let receipt = receipt(&body(&rows)).unwrap();
        assert_eq!(receipt.sealed_hash, [0xab; 32]);
        assert_eq!(receipt.rows[0].judgement, Judgement::Accepted);
        assert!(
            matches!(&receipt.rows[1].judgement, Judgement::Refused(code) if code.as_str() == "NUMBER_UNKNOWN")
        );
    }

    #[test]
    fn what_makes_no_sense_is_no_receipt() {
        let rows = [
            format!(r#"{{"report_id":"{REPORT}","revision":2,"accepted":false,"code":null}}"#),
            format!(r#"{{"report_id":"{REPORT}","revision":2,"accepted":true,"code":"OK"}}"#),
            format!(r#"{{"report_id":"{REPORT}","revision":2,"accepted":false,"code":"189001019802"}}"#),
            r#"{"report_id":"x","revision":2,"accepted":true,"code":null}"#.to_owned(),
        ];
        for row in rows {
            assert_eq!(receipt(&body(&row)), Err(ReceiptFault::Malformed), "{row}");
        }
        assert_eq!(receipt(b"<html>"), Err(ReceiptFault::Malformed));
    }
}
