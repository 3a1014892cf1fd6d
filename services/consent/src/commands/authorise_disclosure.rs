//! Export builds a part: each row is judged, and the judgement kept for the attempt. Nothing is promised by it; what
//! counts is judged again when the attempt begins.

use std::collections::HashMap;

use platform::db::Tx;

use super::{ByPerson, Commands};
use crate::domain::consent::Consent;
use crate::domain::disclosure::{Refusal, judge};
use crate::domain::ids::{ConsentId, MonthReportId, PartId, PersonId};
use crate::domain::recipient::Recipient;
use crate::domain::report::MonthReport;
use crate::domain::sending::{SendingError, may_judge};
use crate::error::{ConsentError, MOST_ROWS};
use crate::store;
use crate::store::parts::AuthorisedRow;
use crate::store::persons::Joined;

/// Rows of one attempt.
#[derive(Clone, Debug)]
pub struct AuthoriseDisclosure {
    pub part: PartId,
    pub attempt: i32,
    pub recipient: Recipient,
    pub rows: Vec<AuthorisedRow>,
}

/// A row and whether it may leave: then whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedRow {
    pub report: MonthReportId,
    pub judgement: Result<PersonId, Refusal>,
}

/// Whose the row is and on which consent it rests, or why it may not leave.
type Judgement = Result<(PersonId, ConsentId), Refusal>;

/// What rows are judged by.
pub(super) struct Grounds {
    pub reports: HashMap<MonthReportId, MonthReport>,
    joined: Joined,
}

impl Commands {
    pub async fn authorise_disclosure(
        &self,
        input: &AuthoriseDisclosure,
    ) -> Result<Vec<JudgedRow>, ConsentError> {
        self.database
            .transaction("consent.authorise_disclosure", async |tx| {
                authorise(tx, input).await
            })
            .await
    }
}

async fn authorise(tx: &mut Tx, input: &AuthoriseDisclosure) -> Result<Vec<JudgedRow>, ConsentError> {
    store::parts::ensure(tx, input.part, input.recipient).await?;
    let part = store::parts::lock(tx, input.part).await?;
    let part = part.ok_or(ConsentError::NotFound("part"))?;
    if part.recipient != input.recipient {
        return Err(SendingError::OtherRecipient.into());
    }
    may_judge(input.attempt, part.newest_judged, &part.sendings)?;
    let grounds = Grounds::load(tx, &input.rows).await?;
    let consents = store::consents::of_persons(tx, &grounds.persons(), input.recipient).await?;
    let judged = grounds.judge(&input.rows, consents);
    let kept: Vec<_> = judged
        .iter()
        .map(|(row, judgement)| (*row, judgement.err()))
        .collect();
    store::parts::put_judgements(tx, (input.part, input.attempt), &kept).await?;
    if store::parts::count_judged(tx, input.part, input.attempt).await? > MOST_ROWS {
        return Err(SendingError::TooLarge.into());
    }
    let answers = judged.into_iter().map(|(row, judgement)| JudgedRow {
        report: row.report,
        judgement: judgement.map(|(person, _)| person),
    });
    Ok(answers.collect())
}

impl Grounds {
    /// What is known of the months and of who is whom, in two statements whatever the number of rows.
    pub async fn load(tx: &mut Tx, rows: &[AuthorisedRow]) -> Result<Self, ConsentError> {
        let ids: Vec<MonthReportId> = rows.iter().map(|row| row.report).collect();
        let reports = store::reports::find_all(tx, &ids).await?;
        let persons: Vec<PersonId> = reports.values().map(|report| report.person).collect();
        let joined = store::persons::joined(tx, &persons).await?;
        Ok(Self { reports, joined })
    }

    /// Every id of everybody whose month is among the rows.
    pub fn persons(&self) -> Vec<PersonId> {
        self.joined.ids()
    }

    /// The judgement of each row, in the order of the rows: whose it is and on which consent it rests, or why not.
    pub fn judge(&self, rows: &[AuthorisedRow], consents: Vec<Consent>) -> Vec<(AuthorisedRow, Judgement)> {
        let by_person = ByPerson::new(&self.joined, consents);
        let judged = rows.iter().map(|row| {
            let report = self.reports.get(&row.report);
            let held = report.map_or(&[][..], |report| by_person.of(report.person));
            let judgement = judge(row.revision, report, held)
                .and_then(|consent| Ok((report.ok_or(Refusal::NotCurrent)?.person, consent)));
            (*row, judgement)
        });
        judged.collect()
    }
}
