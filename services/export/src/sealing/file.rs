//! A part while it is written: plain lines go in, sealed bytes come out in pieces. The library draws the key of the file
//! itself; nothing of it is ours to choose.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use age::stream::StreamWriter;
use aws_lc_rs::digest::{Context, SHA256};

use super::lines::{Header, HeaderLine, RowLine, TrailerLine};
use super::rows::RowsDigest;
use crate::peers::identity::PersonalNumber;
use crate::store::rows::Leaving;

/// The recipient's public key.
pub type SealingKey = age::x25519::Recipient;

/// A part that is being written.
pub struct PartFile {
    sealing: StreamWriter<Sink>,
    sealed: Sink,
    digest: Context,
    line: Vec<u8>,
    month: String,
    rows: u64,
    rows_digest: RowsDigest,
}

/// Where sealed bytes wait to be taken.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl PartFile {
    /// Begins with the header.
    pub fn begin(key: &SealingKey, header: &Header) -> io::Result<Self> {
        let sealed = Sink::default();
        let recipients = std::iter::once(key as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        let mut file = Self {
            sealing: encryptor.wrap_output(sealed.clone())?,
            sealed,
            digest: Context::new(&SHA256),
            line: Vec::new(),
            month: header.month.to_string(),
            rows: 0,
            rows_digest: RowsDigest::default(),
        };
        file.write(&HeaderLine::new(header))?;
        Ok(file)
    }

    /// Adds a row.
    pub fn row(&mut self, row: &Leaving, number: &PersonalNumber) -> io::Result<()> {
        let month = std::mem::take(&mut self.month);
        let written = self.write(&RowLine::new(row, &month, number));
        self.month = month;
        self.rows += 1;
        self.rows_digest.row(row.report, row.revision);
        written
    }

    /// What is sealed so far, and was not taken yet.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.sealed.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The digest of the rows so far.
    pub fn rows_hash(&self) -> [u8; 32] {
        self.rows_digest.finish()
    }

    /// Ends with the trailer; answers the last sealed bytes.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        let sha256 = hex::encode(self.digest.clone().finish());
        let rows = self.rows;
        self.write(&TrailerLine {
            kind: "trailer",
            rows,
            sha256,
        })?;
        let sealed = self.sealing.finish()?;
        Ok(std::mem::take(
            &mut *sealed.0.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }

    fn write(&mut self, line: &impl serde::Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line)?;
        self.line.push(b'\n');
        self.digest.update(&self.line);
        self.sealing.write_all(&self.line)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{MonthReportId, PartId, PersonId, RunId};
    use crate::domain::month::Month;
    use crate::domain::recipient::Recipient;

    fn header(rows: u64) -> Header {
        Header {
            run: RunId::from_uuid(Uuid::from_u128(1)),
            part: PartId::from_uuid(Uuid::from_u128(2)),
            attempt: 3,
            recipient: Recipient::Esf,
            month: Month::parse(2026, 2).unwrap(),
            rows,
        }
    }

    fn row(number: u128) -> Leaving {
        Leaving {
            report: MonthReportId::from_uuid(Uuid::from_u128(number)),
            revision: 2,
            person: PersonId::from_uuid(Uuid::from_u128(number)),
            first_on: date(2026, 1, 5),
            last_on: date(2026, 6, 30),
            ka_number: "10012345".to_owned(),
            credited_minutes: 2520,
        }
    }

    fn number() -> PersonalNumber {
        PersonalNumber::for_test("189001019802")
    }

    fn open(identity: &age::x25519::Identity, sealed: &[u8]) -> String {
        let decryptor = age::Decryptor::new(sealed).unwrap();
        let mut plain = String::new();
        decryptor
            .decrypt(std::iter::once(identity as &dyn age::Identity))
            .unwrap()
            .read_to_string(&mut plain)
            .unwrap();
        plain
    }

    #[test]
    fn the_recipient_reads_what_the_format_promises() {
        let identity = age::x25519::Identity::generate();
        let mut file = PartFile::begin(&identity.to_public(), &header(1)).unwrap();
        file.row(&row(9), &number()).unwrap();
        let mut sealed = file.take();
        sealed.extend(file.finish().unwrap());

        let plain = open(&identity, &sealed);
        let lines: Vec<&str> = plain.lines().collect();
        assert_eq!(
            lines[0],
            r#"{"kind":"header","format":"deltaga.part","version":1,"run_id":"00000000-0000-0000-0000-000000000001","part_id":"00000000-0000-0000-0000-000000000002","attempt":3,"recipient":"ESF","month":"2026-02","rows":1}"#
        );
        assert_eq!(
            lines[1],
            r#"{"kind":"row","report_id":"00000000-0000-0000-0000-000000000009","revision":2,"personal_number":"189001019802","placement_start":"2026-01-05","placement_end":"2026-06-30","month":"2026-02","ka_number":"10012345","hours":42}"#
        );
        let before = format!("{}\n{}\n", lines[0], lines[1]);
        let sha256 = hex::encode(aws_lc_rs::digest::digest(&SHA256, before.as_bytes()));
        assert_eq!(
            lines[2],
            format!(r#"{{"kind":"trailer","rows":1,"sha256":"{sha256}"}}"#)
        );
        assert_eq!(lines.len(), 3);
        assert!(plain.ends_with('\n'));
    }

    #[test]
    fn nobody_else_opens_it_and_no_number_lies_open() {
        let (recipient, other) = (
            age::x25519::Identity::generate(),
            age::x25519::Identity::generate(),
        );
        let mut file = PartFile::begin(&recipient.to_public(), &header(1)).unwrap();
        file.row(&row(9), &number()).unwrap();
        let sealed = file.finish().unwrap();

        assert!(!sealed.windows(12).any(|window| window == b"189001019802"));
        let decryptor = age::Decryptor::new(&sealed[..]).unwrap();
        assert!(
            decryptor
                .decrypt(std::iter::once(&other as &dyn age::Identity))
                .is_err()
        );
    }

    #[test]
    fn what_waits_in_memory_does_not_grow_with_the_rows() {
        const BATCH: u128 = 1000;
        let identity = age::x25519::Identity::generate();
        let mut file = PartFile::begin(&identity.to_public(), &header(10_000)).unwrap();
        let mut largest = 0;
        for batch in 0..10 {
            for place in 0..BATCH {
                file.row(&row(batch * BATCH + place), &number()).unwrap();
            }
            largest = largest.max(file.take().len());
        }
        largest = largest.max(file.finish().unwrap().len());
        assert!(
            largest < 400_000,
            "{largest} bytes waited after a batch of {BATCH} rows"
        );
    }
}
