//! Which rows a file holds, in one digest: consent compares it with what it authorised before a sending begins.

use aws_lc_rs::digest::{Context, SHA256};

use crate::domain::ids::MonthReportId;

/// The digest while rows are written, rising by month report id.
pub struct RowsDigest(Context);

impl Default for RowsDigest {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl RowsDigest {
    pub fn row(&mut self, report: MonthReportId, revision: i32) {
        self.0.update(format!("{report}:{revision}\n").as_bytes());
    }

    pub fn finish(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.clone().finish().as_ref());
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_two_rows_is_the_one_that_is_documented() {
        let mut digest = RowsDigest::default();
        for (report, revision) in [
            ("0190aaaa-0000-7000-8000-000000000001", 1),
            ("0190aaaa-0000-7000-8000-000000000002", 3),
        ] {
            digest.row(report.parse().unwrap(), revision);
        }
        assert_eq!(
            hex::encode(digest.finish()),
            "cd34c7fc9b61dcc3c64999de0054654a80b212655c6358d1a02510a6b69fb2c8"
        );
    }
}
