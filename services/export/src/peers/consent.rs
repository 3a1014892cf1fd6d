//! The two locks of disclosure, and the account of how a sending ended.

use jiff::Timestamp;
use platform::grpc::convert::timestamp;
use platform::grpc::{ClientChannel, Rejection};
use proto::consent::v1 as pb;
use proto::consent::v1::disclosure_service_client::DisclosureServiceClient;
use proto::errors::v1::ErrorReason;

use crate::domain::ids::{MonthReportId, PartId, PersonId};
use crate::domain::reason::Reason;
use crate::domain::recipient::Recipient;
use crate::events::publish;
use crate::store::rows::Planned;

/// Rows in one call at most.
pub const MOST_ROWS: i64 = 1000;

/// Consent, as export needs it. Clones share the channel.
#[derive(Clone)]
pub struct Consent(DisclosureServiceClient<ClientChannel>);

/// Whether a sending may begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The last byte must have left before.
    Until(Timestamp),
    Refused(Vec<(MonthReportId, Reason)>),
    /// It was begun before, and may not go on: its time has passed.
    Over,
    /// The file holds other rows than were authorised.
    RowsDiffer,
    /// No row of it may leave.
    Empty,
    /// It cannot be told whether this earlier attempt arrived.
    Unsettled {
        attempt: i32,
    },
}

impl Consent {
    pub fn new(channel: ClientChannel) -> Self {
        Self(DisclosureServiceClient::new(channel))
    }

    /// The rows of a batch that may not leave.
    pub async fn authorise(
        &self,
        (part, attempt): (PartId, i32),
        recipient: Recipient,
        rows: &[Planned],
    ) -> Result<Vec<(MonthReportId, Reason)>, Rejection> {
        let disclosed = rows.iter().map(|row| pb::DisclosureRow {
            month_report_id: row.report.to_string(),
            revision: row.revision,
        });
        let request = pb::AuthoriseDisclosureRequest {
            part_id: part.to_string(),
            attempt,
            recipient: publish::recipient(recipient).into(),
            rows: disclosed.collect(),
        };
        let answer = self.0.clone().authorise_disclosure(request).await;
        let judged = answer
            .map_err(|status| Rejection::from_status(&status))?
            .into_inner()
            .rows;
        if judged.len() != rows.len() {
            return Err(Rejection::internal("consent judged another number of rows"));
        }
        let refused = rows.iter().zip(&judged).map(|(row, judged)| judge(row, judged));
        refused.filter_map(Result::transpose).collect()
    }

    pub async fn begin(
        &self,
        (part, attempt): (PartId, i32),
        sealed_hash: [u8; 32],
        rows_hash: [u8; 32],
    ) -> Result<Begun, Rejection> {
        let request = pb::BeginSendingRequest {
            rows_hash: rows_hash.to_vec().into(),
            part_id: part.to_string(),
            attempt,
            sealed_hash: sealed_hash.to_vec().into(),
        };
        let answer = match self.0.clone().begin_sending(request).await {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                let refusal = Rejection::from_status(&status);
                return begun_not(refusal);
            }
        };
        if answer.refused.is_empty() {
            let until = timestamp(answer.valid_until.as_ref());
            return until
                .map(Begun::Until)
                .ok_or_else(|| Rejection::internal("consent let a sending begin without an end"));
        }
        let refused = answer.refused.iter().map(|row| {
            let report = row
                .month_report_id
                .parse()
                .map_err(|_| Rejection::internal("consent named no report"))?;
            // A row that is named here may not leave, whatever the reason.
            Ok((report, reason(row.refusal()).unwrap_or(Reason::NotCurrent)))
        });
        Ok(Begun::Refused(refused.collect::<Result<_, Rejection>>()?))
    }

    /// Tells that no byte of the attempt has left, and none will. One that never began needs no end.
    pub async fn give_up(&self, of: (PartId, i32)) -> Result<(), Rejection> {
        self.settle(of, pb::SendingOutcome::Failed).await
    }

    /// Tells how the attempt ended, unless consent knows of none: one that never began, or one that a restore took away.
    pub async fn settle(&self, of: (PartId, i32), outcome: pb::SendingOutcome) -> Result<(), Rejection> {
        match self.end(of, outcome).await {
            Err(refusal) if is_no_sending(&refusal) => Ok(()),
            told => told,
        }
    }

    pub async fn end(
        &self,
        (part, attempt): (PartId, i32),
        outcome: pb::SendingOutcome,
    ) -> Result<(), Rejection> {
        let request = pb::EndSendingRequest {
            part_id: part.to_string(),
            attempt,
            outcome: outcome.into(),
        };
        let answer = self.0.clone().end_sending(request).await;
        answer.map_err(|status| Rejection::from_status(&status))?;
        Ok(())
    }
}

fn is_no_sending(refusal: &Rejection) -> bool {
    refusal.reason() == ErrorReason::NotFound
        && refusal
            .metadata()
            .get("kind")
            .is_some_and(|kind| kind == "sending")
}

/// What a refusal to begin means; what means nothing here stays a refusal.
fn begun_not(refusal: Rejection) -> Result<Begun, Rejection> {
    let reason = refusal.reason();
    if reason == ErrorReason::SendingOver {
        return Ok(Begun::Over);
    }
    if reason == ErrorReason::SendingRowsDiffer {
        return Ok(Begun::RowsDiffer);
    }
    if reason == ErrorReason::SendingEmpty {
        return Ok(Begun::Empty);
    }
    let attempt = refusal.metadata().get("attempt").and_then(|it| it.parse().ok());
    if let (ErrorReason::SendingUnsettled, Some(attempt)) = (reason, attempt) {
        return Ok(Begun::Unsettled { attempt });
    }
    Err(refusal)
}

/// A row leaves only if consent names it, authorises it, and means the same person.
fn judge(row: &Planned, judged: &pb::JudgedRow) -> Result<Option<(MonthReportId, Reason)>, Rejection> {
    if judged.month_report_id != row.report.to_string() {
        return Err(Rejection::internal("consent judged another row"));
    }
    if let Some(reason) = reason(judged.refusal()) {
        return Ok(Some((row.report, reason)));
    }
    let is_known = pb::DisclosureRefusal::try_from(judged.refusal).is_ok();
    let is_same = PersonId::parse(&judged.person_id).is_ok_and(|person| person == row.person);
    Ok((!is_known || !is_same).then_some((row.report, Reason::NotCurrent)))
}

fn reason(refusal: pb::DisclosureRefusal) -> Option<Reason> {
    match refusal {
        pb::DisclosureRefusal::Unspecified => None,
        pb::DisclosureRefusal::NotAnswered => Some(Reason::NotAnswered),
        pb::DisclosureRefusal::Rejected => Some(Reason::Rejected),
        pb::DisclosureRefusal::Lapsed => Some(Reason::Lapsed),
        pb::DisclosureRefusal::NoConsent => Some(Reason::NoConsent),
        pb::DisclosureRefusal::Withdrawn => Some(Reason::ConsentWithdrawn),
        pb::DisclosureRefusal::NotCurrent => Some(Reason::NotCurrent),
    }
}
