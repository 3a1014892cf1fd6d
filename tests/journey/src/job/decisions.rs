//! The agency's system tells its decisions, twice over: each counts once.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use proto::participants::v1::{
    Decision, DecisionResult, ImportDecisionsRequest, ImportDecisionsResponse,
    decision_service_client::DecisionServiceClient,
};

use super::calls::{patiently, until};
use super::cases::Case;
use super::inputs::DECISIONS;
use super::{Job, Tell};
use crate::{AgencyClient, connect};

/// Placements by case reference.
#[derive(Clone, Debug)]
pub struct Placements {
    month: String,
    by_case: BTreeMap<String, String>,
}

impl Placements {
    /// The placement of a case.
    pub fn of(&self, case: &Case) -> Result<&str> {
        self.of_reference(&case.reference(&self.month))
    }

    /// The placement of a case by its reference.
    pub fn of_reference(&self, reference: &str) -> Result<&str> {
        let found = self.by_case.get(reference);
        found
            .map(String::as_str)
            .with_context(|| format!("{reference} has no placement"))
    }
}

/// Sends the file of decisions and gives the placements they made.
pub async fn import(job: &Job<'_>, system: &AgencyClient, tell: Tell<'_>) -> Result<Placements> {
    let text = std::fs::read_to_string(job.folder.join(DECISIONS))?;
    let decisions: Vec<Decision> = text
        .lines()
        .map(|line| connect::message_from_json("deltaga.participants.v1.Decision", line))
        .collect::<Result<_>>()?;
    let first = until("the decisions were not taken", || send(system, &decisions)).await?;
    let again = send(system, &decisions).await?;
    let changed = again.rows.iter().find(|row| {
        !matches!(
            row.result(),
            DecisionResult::Unchanged | DecisionResult::Superseded
        )
    });
    ensure!(changed.is_none(), "a decision that was sent twice counted twice");
    let new = first
        .rows
        .iter()
        .filter(|row| row.result() == DecisionResult::Created)
        .count();
    tell(&format!(
        "The agency's system tells {} decisions: {new} new placements; the same file again changes nothing.",
        decisions.len()
    ));
    let by_case = decisions
        .into_iter()
        .zip(again.rows)
        .filter_map(|(decision, row)| Some((decision.case_reference, row.placement_id?)))
        .collect();
    Ok(Placements {
        month: job.month_name(),
        by_case,
    })
}

async fn send(system: &AgencyClient, decisions: &[Decision]) -> Result<ImportDecisionsResponse> {
    let request = ImportDecisionsRequest {
        decisions: decisions.to_vec(),
    };
    let answer = patiently(&["participants"], || async {
        let mut service = DecisionServiceClient::new(system.participants.clone());
        let answer = service.import_decisions(system.ask(request.clone())).await?;
        Ok(answer.into_inner())
    })
    .await?;
    for row in &answer.rows {
        if matches!(
            row.result(),
            DecisionResult::Refused | DecisionResult::RetryLater | DecisionResult::Unspecified
        ) {
            let why = row
                .reasons
                .iter()
                .map(|why| format!("{}: {}", why.path, why.text_en));
            bail!(
                "decision {} was not taken: {}",
                row.decision_id,
                why.collect::<Vec<_>>().join("; ")
            );
        }
    }
    Ok(answer)
}
