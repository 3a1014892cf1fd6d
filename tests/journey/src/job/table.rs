//! What the job ends with: per participant what was sent to whom or why not, where the sealed files lie, and what is open
//! to work in.

use anyhow::Result;
use proto::attendance::v1::{ListMonthsRequest, ListMonthsResponse, MonthStatus};
use proto::consent::v1::{ExplainReason, ExplainRowResponse};
use proto::export::v1::{ListRunPartsRequest, run_service_client::RunServiceClient};
use proto::types::v1::Recipient;

use super::calls::{patiently, several, until, whole_page};
use super::cases::{CASES, Case, Workplace};
use super::decisions::Placements;
use super::providers::Providers;
use super::sending::{RECIPIENTS, explain, runs};
use super::{Job, month_of};
use crate::AgencyClient;
use crate::receivers::{Arrived, Receivers};

/// One participant.
#[derive(Clone, Debug)]
pub struct Line {
    pub case_reference: String,
    pub name: String,
    pub unit: String,
    pub esf: String,
    pub scb: String,
}

/// The end of the job.
#[derive(Clone, Debug)]
pub struct Report {
    /// The month that was reported.
    pub month: String,
    pub lines: Vec<Line>,
    /// Paths of the sealed files in export's store.
    pub objects: Vec<String>,
    /// The month to work in, with the number of participants in it.
    pub open: (String, usize),
}

/// Gathers it from what the agency and the recipients can see.
pub async fn report(
    job: &Job<'_>,
    system: &AgencyClient,
    providers: &Providers,
    placements: &Placements,
) -> Result<Report> {
    let receivers = Receivers::new(&job.places.receivers);
    let esf = receivers.rows(Recipient::Esf).await?;
    let scb = receivers.rows(Recipient::Scb).await?;
    let (esf, scb) = (&esf, &scb);
    let lines = several(CASES.iter().map(|case| async move {
        let placement_id = placements.of(case)?;
        let (at_esf, at_scb) = tokio::try_join!(
            explain(job, system, placement_id, Recipient::Esf),
            explain(job, system, placement_id, Recipient::Scb)
        )?;
        anyhow::Ok(Line {
            case_reference: case.reference(&job.month_name()),
            name: case.person.full_name(),
            unit: providers.at(case.workplace)?.unit_name.clone(),
            esf: told(job, case, esf, &at_esf),
            scb: told(job, case, scb, &at_scb),
        })
    }));
    let mut lines = lines.await?;
    lines.sort_by(|left, right| left.case_reference.cmp(&right.case_reference));
    Ok(Report {
        month: job.month_name(),
        lines,
        objects: objects(job, system).await?,
        open: open(job, providers).await?,
    })
}

async fn objects(job: &Job<'_>, system: &AgencyClient) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for recipient in RECIPIENTS {
        for run in runs(job, system, recipient).await? {
            let request = ListRunPartsRequest {
                run_id: run.run_id,
                page: Some(whole_page()),
            };
            let parts = patiently(&["export"], || async {
                let mut service = RunServiceClient::new(system.export.clone());
                let answer = service.list_run_parts(system.ask(request.clone())).await?;
                Ok(answer.into_inner().parts)
            })
            .await?;
            let attempts = parts.into_iter().flat_map(|part| part.attempts);
            paths.extend(
                attempts
                    .map(|attempt| attempt.object_path)
                    .filter(|path| !path.is_empty()),
            );
        }
    }
    Ok(paths)
}

async fn open(job: &Job<'_>, providers: &Providers) -> Result<(String, usize)> {
    let request = ListMonthsRequest {
        month: Some(month_of(job.today)),
        unit_id: String::new(),
        status: MonthStatus::Unspecified.into(),
        page: Some(whole_page()),
    };
    let supervisor = &providers.at(Workplace::Umea)?.supervisor;
    let listed: ListMonthsResponse = until("this month cannot be listed", || {
        supervisor.call("deltaga.attendance.v1.MonthService/ListMonths", &request)
    })
    .await?;
    Ok((job.today.strftime("%Y-%m").to_string(), listed.months.len()))
}

fn told(job: &Job<'_>, case: &Case, arrived: &[Arrived], row: &ExplainRowResponse) -> String {
    let number = case.person.digits();
    let month = job.month_name();
    let held = arrived.iter().rfind(|held| {
        held.counts
            && held.row.personal_number == number
            && held.row.month == month
            && held.outcome == "stored"
    });
    match held {
        Some(held) if row.reason() == ExplainReason::Unspecified => {
            format!("{} h, revision {}", held.row.hours, held.row.revision)
        }
        Some(held) => format!(
            "{} h, revision {}; {}",
            held.row.hours,
            held.row.revision,
            why(row.reason())
        ),
        None => why(row.reason()).to_owned(),
    }
}

fn why(reason: ExplainReason) -> &'static str {
    match reason {
        ExplainReason::Unspecified => "done",
        ExplainReason::NotSubmitted => "not submitted",
        ExplainReason::NotAnswered => "not answered",
        ExplainReason::Rejected => "rejected",
        ExplainReason::Lapsed => "not answered in time",
        ExplainReason::NoConsent => "no consent",
        ExplainReason::ConsentTooLate => "consent too late",
        ExplainReason::Withdrawn => "consent withdrawn",
        ExplainReason::WaitingForRun => "waits for the next run",
        ExplainReason::InTransfer => "being sent",
        ExplainReason::OutcomeUnknown => "may have arrived",
        ExplainReason::NotArrived => "did not arrive",
        ExplainReason::NoReceipt => "no receipt yet",
        ExplainReason::RefusedByRecipient => "refused by the recipient",
        ExplainReason::Training => "training organisation",
        ExplainReason::NotEsfFunded => "not funded by ESF",
        ExplainReason::ProtectedIdentity => "protected identity",
        ExplainReason::InterruptedBeforeStart => "broken off before it began",
        ExplainReason::PersonUnknown => "number unknown",
    }
}
