//! What arrived at one recipient: every byte stream in order, as files, and which of them counts for its part. A restart
//! finds all of it again.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::part::{self, Row};
use crate::receipt::Receipt;

/// A stream that was stored.
const STORED: &str = "stored";
/// A stream that ended before its time.
const CUT: &str = "cut";

/// One byte stream that arrived.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Delivery {
    /// From 1, in the order in which they ended.
    pub number: u64,
    pub part_id: String,
    /// As the header of the request says.
    pub attempt: Option<u32>,
    /// `stored`, `cut`, or the code of the refusal.
    pub outcome: String,
    pub sealed_sha256: String,
    pub bytes: usize,
}

/// A row that arrived, with the delivery that brought it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Held {
    pub delivery: u64,
    pub part_id: String,
    pub outcome: String,
    pub row: Row,
    /// What the receipt said; absent if the delivery was not stored.
    pub accepted: Option<bool>,
    /// Whether the delivery is the one that counts for its part.
    pub counts: bool,
}

/// Everything of one recipient.
pub struct Book {
    folder: PathBuf,
    deliveries: Vec<Delivery>,
    stored: BTreeMap<String, Stored>,
    reading: HashMap<String, Vec<CancellationToken>>,
}

/// The attempt of a part that counts.
#[derive(Clone, Debug)]
pub struct Stored {
    pub number: u64,
    pub attempt: u32,
    pub sealed_sha256: String,
    /// Questions that are still answered with "not judged yet".
    pub questions_left: u32,
}

impl Delivery {
    fn is_stored(&self) -> bool {
        self.outcome == STORED
    }
}

impl Book {
    /// Reads what an earlier run kept.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut book = Self {
            folder: folder.to_path_buf(),
            deliveries: Vec::new(),
            stored: BTreeMap::new(),
            reading: HashMap::new(),
        };
        for number in 1.. {
            let file = book.file(number, "json");
            if !file.exists() {
                break;
            }
            let delivery: Delivery =
                serde_json::from_slice(&std::fs::read(&file)?).context("a kept delivery is damaged")?;
            if delivery.is_stored() {
                book.count(&delivery, 0);
            }
            book.deliveries.push(delivery);
        }
        Ok(book)
    }

    /// All byte streams so far.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// The attempt of a part that counts.
    pub fn stored(&mut self, part_id: &str) -> Option<&mut Stored> {
        self.stored.get_mut(part_id)
    }

    /// The bytes of a stream.
    pub fn body(&self, number: u64) -> Result<Vec<u8>> {
        Ok(std::fs::read(self.file(number, "part"))?)
    }

    /// The receipt of a stored stream.
    pub fn receipt(&self, number: u64) -> Result<Receipt> {
        Ok(serde_json::from_slice(&std::fs::read(
            self.file(number, "receipt"),
        )?)?)
    }

    /// Every row of every byte stream, as far as it can be read.
    pub fn rows(&self, key: &age::x25519::Identity) -> Result<Vec<Held>> {
        let mut held = Vec::new();
        for delivery in &self.deliveries {
            let receipt = delivery
                .is_stored()
                .then(|| self.receipt(delivery.number))
                .transpose()?;
            let counts = self
                .stored
                .get(&delivery.part_id)
                .is_some_and(|stored| stored.number == delivery.number);
            for row in part::readable(&self.body(delivery.number)?, key) {
                let judged = receipt.as_ref().and_then(|receipt| {
                    receipt
                        .rows
                        .iter()
                        .find(|judged| judged.report_id == row.report_id)
                });
                held.push(Held {
                    delivery: delivery.number,
                    part_id: delivery.part_id.clone(),
                    outcome: delivery.outcome.clone(),
                    accepted: judged.map(|judged| judged.accepted),
                    counts,
                    row,
                });
            }
        }
        Ok(held)
    }

    /// Notes that a part is being read; a question about it cuts the reading off.
    pub fn begin_reading(&mut self, part_id: &str) -> CancellationToken {
        let token = CancellationToken::new();
        self.reading
            .entry(part_id.to_owned())
            .or_default()
            .push(token.clone());
        token
    }

    /// Cuts off whatever of the part is still being read.
    pub fn cut_readings(&mut self, part_id: &str) {
        for token in self.reading.remove(part_id).unwrap_or_default() {
            token.cancel();
        }
    }

    /// Keeps a stream that was cut or refused.
    pub fn keep(
        &mut self,
        part_id: &str,
        attempt: Option<u32>,
        body: &[u8],
        refusal: Option<&str>,
    ) -> Result<()> {
        self.write(part_id, attempt, body, refusal.unwrap_or(CUT), None)?;
        Ok(())
    }

    /// Stores an attempt, which replaces what came of its part before.
    pub fn store(&mut self, body: &[u8], receipt: &Receipt, questions_left: u32) -> Result<()> {
        let delivery = self.write(
            &receipt.part_id,
            Some(receipt.attempt),
            body,
            STORED,
            Some(receipt),
        )?;
        self.count(&delivery, questions_left);
        Ok(())
    }

    fn count(&mut self, delivery: &Delivery, questions_left: u32) {
        let stored = Stored {
            number: delivery.number,
            attempt: delivery.attempt.unwrap_or_default(),
            sealed_sha256: delivery.sealed_sha256.clone(),
            questions_left,
        };
        self.stored.insert(delivery.part_id.clone(), stored);
    }

    // The description is written last: a restart believes in what has one.
    fn write(
        &mut self,
        part_id: &str,
        attempt: Option<u32>,
        body: &[u8],
        outcome: &str,
        receipt: Option<&Receipt>,
    ) -> Result<Delivery> {
        let delivery = Delivery {
            number: self.deliveries.last().map_or(1, |last| last.number + 1),
            part_id: part_id.to_owned(),
            attempt,
            outcome: outcome.to_owned(),
            sealed_sha256: hex::encode(digest(&SHA256, body)),
            bytes: body.len(),
        };
        std::fs::write(self.file(delivery.number, "part"), body)?;
        if let Some(receipt) = receipt {
            std::fs::write(
                self.file(delivery.number, "receipt"),
                serde_json::to_vec(receipt)?,
            )?;
        }
        std::fs::write(self.file(delivery.number, "json"), serde_json::to_vec(&delivery)?)?;
        self.deliveries.push(delivery.clone());
        Ok(delivery)
    }

    fn file(&self, number: u64, extension: &str) -> PathBuf {
        self.folder.join(format!("{number:06}.{extension}"))
    }
}
