//! Number and name of persons for the few who may have them. An audit line per person is written before the answer; if
//! it cannot be written there is no answer.

use platform::audit::{Actor, AuditLine, append_all};
use serde_json::json;

use crate::domain::ids::PersonId;
use crate::error::{Error, Result};
use crate::parts::Parts;
use crate::store::persons::{self, Resolved};

/// Why somebody needs numbers and names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolvePurpose {
    /// A row for a recipient.
    ExportRow,
    /// A certificate.
    Certificate,
}

impl ResolvePurpose {
    /// The code of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExportRow => "export_row",
            Self::Certificate => "certificate",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "export_row" => Some(Self::ExportRow),
            "certificate" => Some(Self::Certificate),
            _ => None,
        }
    }
}

/// Resolves persons for a service.
pub async fn resolve_persons(
    parts: &Parts,
    service: &str,
    purpose: ResolvePurpose,
    person_ids: &[PersonId],
) -> Result<Vec<Resolved>> {
    parts
        .database
        .transaction("identity.resolve_persons", async |tx| {
            let resolved = persons::resolve(&mut **tx, &parts.keys, person_ids).await?;
            let lines: Vec<_> = resolved
                .iter()
                .map(|person| line(service, purpose, person.person_id))
                .collect();
            append_all(tx, &lines).await?;
            Ok::<_, Error>(resolved)
        })
        .await
}

fn line(service: &str, purpose: ResolvePurpose, person_id: PersonId) -> AuditLine {
    AuditLine {
        actor: Actor {
            kind: "service",
            id: service.to_owned(),
            account_id: None,
            organisation_id: None,
        },
        action: "identity.resolve_persons",
        subject_kind: "person",
        subject_id: person_id.to_string(),
        purpose: Some(purpose.as_str()),
        details: json!({}),
    }
}
