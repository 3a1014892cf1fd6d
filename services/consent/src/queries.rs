//! What consent answers without changing anything but the log of reads, a file per question.

pub mod consent_texts;
pub mod explain_row;
pub mod own_consents;
pub mod own_disclosures;
pub mod own_records;
