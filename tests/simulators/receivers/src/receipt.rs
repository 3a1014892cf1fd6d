//! What a recipient answers to a part.

use serde::{Deserialize, Serialize};

use crate::part::Part;
use crate::switches::Switch;

/// The answer to one attempt of a part.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Receipt {
    pub part_id: String,
    pub attempt: u32,
    pub sealed_sha256: String,
    pub received_at: String,
    pub rows: Vec<JudgedRow>,
}

/// One row of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct JudgedRow {
    pub report_id: String,
    pub revision: u32,
    pub accepted: bool,
    pub code: Option<String>,
}

impl Receipt {
    /// Judges every row of an opened part.
    pub fn judge(part: &Part, sealed_sha256: &str, received_at: &str, switch: &Switch) -> Self {
        let rows = part.rows.iter().map(|row| {
            let code = switch.refuse.get(&row.personal_number).cloned();
            JudgedRow {
                report_id: row.report_id.clone(),
                revision: row.revision,
                accepted: code.is_none(),
                code,
            }
        });
        Self {
            part_id: part.header.part_id.clone(),
            attempt: part.header.attempt,
            sealed_sha256: sealed_sha256.to_owned(),
            received_at: received_at.to_owned(),
            rows: rows.collect(),
        }
    }

    /// The same with every row twice.
    pub(crate) fn doubled(mut self) -> Self {
        self.rows.extend(self.rows.clone());
        self
    }

    /// The same with every row answered both ways.
    pub(crate) fn contradicting(mut self) -> Self {
        let opposite = self.rows.iter().map(|row| JudgedRow {
            accepted: !row.accepted,
            code: row.accepted.then(|| "CONTRADICTED".to_owned()),
            ..row.clone()
        });
        self.rows.extend(opposite.collect::<Vec<_>>());
        self
    }

    /// The same about a part nobody has.
    pub(crate) fn of_another_part(mut self) -> Self {
        "00000000-0000-4000-8000-000000000000".clone_into(&mut self.part_id);
        self
    }
}
