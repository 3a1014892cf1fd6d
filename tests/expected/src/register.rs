//! The register: which units there are, and what keeps theirs from leaving.

use anyhow::Result;
use serde::Deserialize;

/// A performing unit.
#[derive(Clone, Debug)]
pub struct Unit {
    pub ka_number: String,
    pub is_training: bool,
    pub is_esf_funded: bool,
}

#[derive(Deserialize)]
struct Line {
    unit_number: String,
    training: String,
    esf_funded: String,
}

pub fn read(text: &str) -> Result<Vec<Unit>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize::<Line>()
        .map(|line| {
            let line = line?;
            Ok(Unit {
                ka_number: line.unit_number,
                is_training: line.training == "yes",
                is_esf_funded: line.esf_funded == "yes",
            })
        })
        .collect()
}
