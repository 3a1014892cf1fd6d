//! What arrived, opened once more with the receiver's key and counted without the receiver's own book-keeping.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};

use receivers_simulator::{Recipient, Simulator};
use serde::Deserialize;
use uuid::Uuid;

/// What all files together hold.
#[derive(Debug, Default)]
pub struct Opened {
    pub files: usize,
    pub bytes: u64,
    pub rows: i64,
    pub distinct: i64,
    pub accepted: i64,
}

#[derive(Deserialize)]
struct Line {
    kind: String,
    report_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Receipt {
    rows: Vec<Judged>,
}

#[derive(Deserialize)]
struct Judged {
    accepted: bool,
}

/// Opens every file that the receiver has kept.
pub fn open_all(receivers: &Simulator, recipient: Recipient) -> Opened {
    let files = receivers.files().recipient(recipient);
    let key = std::fs::read_to_string(files.private_key).unwrap();
    let key: age::x25519::Identity = key.trim().parse().unwrap();
    let (mut opened, mut reports) = (Opened::default(), HashSet::new());
    for delivery in receivers.deliveries(recipient) {
        let path = files.deliveries.join(format!("{:06}.part", delivery.number));
        let sealed = age::Decryptor::new(BufReader::new(File::open(&path).unwrap())).unwrap();
        let content = sealed
            .decrypt(std::iter::once(&key as &dyn age::Identity))
            .unwrap();
        for line in BufReader::new(content).lines() {
            let line: Line = serde_json::from_str(&line.unwrap()).unwrap();
            if line.kind == "row" {
                opened.rows += 1;
                reports.insert(line.report_id.unwrap());
            }
        }
        let receipt = File::open(path.with_extension("receipt")).unwrap();
        let receipt: Receipt = serde_json::from_reader(BufReader::new(receipt)).unwrap();
        opened.accepted += count(receipt.rows.iter().filter(|row| row.accepted).count());
        opened.bytes += delivery.bytes as u64;
        opened.files += 1;
    }
    opened.distinct = count(reports.len());
    opened
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap()
}
