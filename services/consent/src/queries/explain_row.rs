//! The way of a month to a recipient, for whoever may see it. Who may not is answered as if it did not exist.

use platform::access::{self, Depth, Reader};
use platform::auth::AccountGrant;
use platform::db::{Database, Tx};

use crate::domain::explain::{Explanation, Facts, View, explain};
use crate::domain::ids::{OfficeId, OrganisationId, PlacementId, Who};
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::domain::report::MonthReport;
use crate::error::ConsentError;
use crate::store;
use crate::store::placements::Placement;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// The participant, of whom own placements may be seen.
    Participant(Who),
    /// The agency.
    Agency(Reader),
    /// Staff of an organisation, in its scope.
    Staff(AccountGrant, Reader),
    /// A system of an organisation.
    Supplier(OrganisationId, Reader),
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct ExplainRow {
    pub placement: PlacementId,
    pub month: Month,
    pub recipient: Recipient,
}

/// The month as far as it was heard of, with its way.
#[derive(Clone, Debug)]
pub struct Explained {
    pub report: Option<MonthReport>,
    pub explanation: Explanation,
}

pub async fn explain_row(
    database: &Database,
    viewer: &Viewer,
    asked: ExplainRow,
) -> Result<Explained, ConsentError> {
    database
        .transaction("consent.explain_row", async |tx| {
            let placement = store::placements::find(tx, asked.placement).await?;
            let placement = placement.ok_or(ConsentError::NotHeardOf("placement"))?;
            let view = viewer.view(tx, &placement).await?;
            let facts = facts(tx, &placement, asked, view).await?;
            let explanation = explain(&facts, view, tx.now());
            if let Some(reader) = viewer.reader() {
                let person = [placement.person.as_uuid()];
                access::record(tx, reader, "month_status", "follow_up", &person, Depth::Detail).await?;
            }
            Ok(Explained {
                report: facts.report,
                explanation,
            })
        })
        .await
}

async fn facts(
    tx: &mut Tx,
    placement: &Placement,
    asked: ExplainRow,
    view: View,
) -> Result<Facts, ConsentError> {
    let report = store::reports::of_placement(tx, asked.placement, asked.month).await?;
    let up_to_the_answer = Facts {
        report,
        is_interrupted_before_start: placement.is_interrupted_before_start,
        ..Facts::default()
    };
    // What may not be seen is not even read.
    let id = match (view, &up_to_the_answer.report) {
        (View::UpToTheAnswer, _) => return Ok(up_to_the_answer),
        (View::Everything, report) => report.as_ref().map(|report| report.id),
    };
    let persons = store::persons::ids_of(tx, &[placement.person]).await?;
    let consents = store::consents::of_persons(tx, &persons, asked.recipient).await?;
    let (sent, deliveries) = match id {
        Some(id) => (
            store::disclosures::of_report(tx, id, asked.recipient).await?,
            store::deliveries::of_report(tx, id, asked.recipient).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    Ok(Facts {
        consents,
        sent,
        deliveries,
        ..up_to_the_answer
    })
}

impl Viewer {
    async fn view(&self, tx: &mut Tx, placement: &Placement) -> Result<View, ConsentError> {
        let (may, view) = match self {
            Self::Participant(who) => {
                let persons = store::persons::ids_of(tx, &who.ids()).await?;
                (persons.contains(&placement.person), View::Everything)
            }
            Self::Agency(_) => (true, View::Everything),
            Self::Staff(account, _) => {
                let is_own = account.organisation_id == placement.organisation.as_uuid();
                let office = placement.office.map(OfficeId::as_uuid);
                let covers = account.covers(placement.unit.as_uuid(), office);
                (is_own && covers, View::UpToTheAnswer)
            }
            Self::Supplier(organisation, _) => (*organisation == placement.organisation, View::UpToTheAnswer),
        };
        if may {
            Ok(view)
        } else {
            Err(ConsentError::NotHeardOf("placement"))
        }
    }

    fn reader(&self) -> Option<&Reader> {
        match self {
            Self::Participant(_) => None,
            Self::Agency(reader) | Self::Staff(_, reader) | Self::Supplier(_, reader) => Some(reader),
        }
    }
}
