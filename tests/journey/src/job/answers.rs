//! Participants read their month, answer, and consent: whatever is to be signed goes into one BankID order.

use anyhow::{Context as _, Result, ensure};
use proto::attendance::v1::{
    ApprovalOutcome, CompleteApprovalRequest, CompleteApprovalResponse, GetOwnMonthRequest,
    GetOwnMonthResponse, ListOwnMonthsRequest, ListOwnMonthsResponse, OwnMonth, OwnMonthSummary,
    PrepareApprovalRequest, PrepareApprovalResponse, RejectMonthRequest, RejectMonthResponse,
};
use proto::consent::v1::{
    CompleteConsentRequest, CompleteConsentResponse, Consent, ConsentOutcome, ListConsentTextsRequest,
    ListConsentTextsResponse, ListOwnConsentsRequest, ListOwnConsentsResponse, PrepareConsentRequest,
    PrepareConsentResponse, WithdrawRequest, WithdrawResponse,
};
use proto::identity::v1::Portal;
use proto::types::v1::{Language, Recipient};

use super::Job;
use super::calls::{call, ordering, several, until, whole_page};
use super::cases::{Answer, CASES, Case, Story};
use super::decisions::Placements;
use crate::{Browser, new_id};

/// A participant at the own pages.
struct Participant<'a> {
    job: &'a Job<'a>,
    case: &'a Case,
    placement_id: &'a str,
    browser: Browser,
}

/// A signature that was prepared.
enum Prepared {
    Approval(String),
    Consent(String),
}

/// Everybody's first answers and consents.
pub async fn first(job: &Job<'_>, placements: &Placements) -> Result<()> {
    let all = CASES.iter().filter(|case| acts(case)).map(|case| async move {
        let answered = approve(job, case, placements, 1).await;
        answered.with_context(|| format!("participant {}", case.number))
    });
    several(all).await.map(drop)
}

/// The answers to corrected months.
pub async fn corrected(job: &Job<'_>, placements: &Placements) -> Result<()> {
    let corrected = CASES
        .iter()
        .filter(|case| case.story == Story::CorrectedAfterApproval);
    several(corrected.map(|case| approve(job, case, placements, 2)))
        .await
        .map(drop)
}

/// The answer of a case's participant to one revision, and the consents.
pub async fn approve(job: &Job<'_>, case: &Case, placements: &Placements, revision: i32) -> Result<()> {
    ordering(|| async {
        let participant = Participant::sign_in(job, case, placements).await?;
        participant.answer(revision).await
    })
    .await
}

/// Takes a consent back and tells what had left or was under way.
pub async fn withdraw(
    job: &Job<'_>,
    case: &Case,
    placements: &Placements,
    recipient: Recipient,
) -> Result<WithdrawResponse> {
    let participant = ordering(|| Participant::sign_in(job, case, placements)).await?;
    let request = WithdrawRequest {
        request_id: new_id(),
        recipient: recipient.into(),
    };
    let path = "deltaga.consent.v1.ConsentService/Withdraw";
    call(&participant.browser, path, &request).await
}

fn moment(at: Option<prost_types::Timestamp>) -> (i64, i32) {
    at.map_or((0, 0), |at| (at.seconds, at.nanos))
}

fn acts(case: &Case) -> bool {
    let is_able = !matches!(case.story, Story::WithoutBankid | Story::InterruptedBeforeStart);
    is_able && (case.answer != Answer::None || case.is_consenting())
}

impl<'a> Participant<'a> {
    async fn sign_in(job: &'a Job<'a>, case: &'a Case, placements: &'a Placements) -> Result<Self> {
        Ok(Self {
            job,
            case,
            placement_id: placements.of(case)?,
            browser: Browser::sign_in(job.places, &case.person, Portal::Participant).await?,
        })
    }

    async fn answer(&self, revision: i32) -> Result<()> {
        let month = until("the month is not shown", || self.month(revision)).await?;
        let summary = month.summary.clone().context("a summary")?;
        let is_waiting = summary.answer() == proto::attendance::v1::Answer::Waiting;
        let mut prepared = Vec::new();
        match self.case.answer {
            Answer::Approve if is_waiting => {
                prepared.push(Prepared::Approval(self.prepare_approval(&summary, &month).await?));
            }
            Answer::Reject if is_waiting => self.reject(&summary).await?,
            Answer::Approve | Answer::Reject | Answer::None => {}
        }
        for recipient in self.missing_consents(&summary).await? {
            let to_sign = until("a consent cannot be given", || self.consent(&summary, recipient)).await?;
            prepared.extend(to_sign.map(Prepared::Consent));
        }
        if prepared.is_empty() {
            return Ok(());
        }
        let signed = self.sign(&prepared).await;
        for document in prepared {
            // An order whose end nobody heard of may have been completed all the same.
            if let Err(error) = self.complete(document).await {
                return signed.and(Err(error));
            }
        }
        Ok(())
    }

    // What to sign for a consent, or nothing if a signature that was thought to be lost has given it meanwhile.
    async fn consent(&self, summary: &OwnMonthSummary, recipient: Recipient) -> Result<Option<String>> {
        match self.prepare_consent(recipient).await {
            Ok(signature_id) => Ok(Some(signature_id)),
            Err(error) if self.missing_consents(summary).await?.contains(&recipient) => Err(error),
            Err(_given) => Ok(None),
        }
    }

    // All of it in one order, or each document in its own where nothing else is offered.
    async fn sign(&self, prepared: &[Prepared]) -> Result<()> {
        let ids = prepared.iter().map(|prepared| match prepared {
            Prepared::Approval(id) | Prepared::Consent(id) => id.clone(),
        });
        let ids: Vec<String> = ids.collect();
        let at_once = if self.job.places.has_additions {
            ids.len()
        } else {
            1
        };
        for order in ids.chunks(at_once) {
            self.browser.sign(order.to_vec()).await?;
        }
        Ok(())
    }

    async fn month(&self, revision: i32) -> Result<OwnMonth> {
        let request = ListOwnMonthsRequest {
            page: Some(whole_page()),
        };
        let listed: ListOwnMonthsResponse = call(
            &self.browser,
            "deltaga.attendance.v1.AnswerService/ListOwnMonths",
            &request,
        )
        .await?;
        let found = listed.months.into_iter().find(|month| {
            month.placement_id == self.placement_id
                && month.month == Some(self.job.month())
                && month.revision >= revision
        });
        let request = GetOwnMonthRequest {
            month_report_id: found.context("the month is not there yet")?.month_report_id,
        };
        let read: GetOwnMonthResponse = call(
            &self.browser,
            "deltaga.attendance.v1.AnswerService/GetOwnMonth",
            &request,
        )
        .await?;
        read.month.context("a month")
    }

    async fn prepare_approval(&self, summary: &OwnMonthSummary, month: &OwnMonth) -> Result<String> {
        let request = PrepareApprovalRequest {
            month_report_id: summary.month_report_id.clone(),
            revision: summary.revision,
            content_hash: month.content_hash.clone(),
            language: Language::Sv.into(),
        };
        let prepared: PrepareApprovalResponse = call(
            &self.browser,
            "deltaga.attendance.v1.AnswerService/PrepareApproval",
            &request,
        )
        .await?;
        Ok(prepared.signature_id)
    }

    async fn reject(&self, summary: &OwnMonthSummary) -> Result<()> {
        let request = RejectMonthRequest {
            request_id: new_id(),
            month_report_id: summary.month_report_id.clone(),
            revision: summary.revision,
        };
        let _rejected: RejectMonthResponse = call(
            &self.browser,
            "deltaga.attendance.v1.AnswerService/RejectMonth",
            &request,
        )
        .await?;
        Ok(())
    }

    async fn missing_consents(&self, summary: &OwnMonthSummary) -> Result<Vec<Recipient>> {
        let (esf, scb) = self.case.consents;
        let wanted = [(Recipient::Esf, esf), (Recipient::Scb, scb)];
        let request = ListOwnConsentsRequest {
            page: Some(whole_page()),
        };
        let own: ListOwnConsentsResponse = call(
            &self.browser,
            "deltaga.consent.v1.ConsentService/ListOwnConsents",
            &request,
        )
        .await?;
        // One that was withdrawn after the month came stays withdrawn, which is what the story says; one that was
        // withdrawn in the story of an earlier month is given anew.
        let came_at = moment(summary.submitted_at);
        let is_of_now = |own: &Consent| own.withdrawn_at.is_none_or(|at| moment(Some(at)) > came_at);
        let is_known = |recipient: Recipient| {
            let mut given = own.consents.iter().filter(|own| own.recipient() == recipient);
            given.any(is_of_now)
        };
        let missing = wanted
            .into_iter()
            .filter(|(recipient, is_wanted)| *is_wanted && !is_known(*recipient));
        Ok(missing.map(|(recipient, _)| recipient).collect())
    }

    async fn prepare_consent(&self, recipient: Recipient) -> Result<String> {
        let request = ListConsentTextsRequest {
            language: Language::Sv.into(),
            page: Some(whole_page()),
        };
        let listed: ListConsentTextsResponse = call(
            &self.browser,
            "deltaga.consent.v1.ConsentService/ListConsentTexts",
            &request,
        )
        .await?;
        let mut texts = listed.texts.into_iter();
        let text = texts
            .find(|text| text.recipient() == recipient)
            .context("a wording")?;
        let request = PrepareConsentRequest {
            recipient: recipient.into(),
            text_version: text.version,
            language: Language::Sv.into(),
        };
        let prepared: PrepareConsentResponse = call(
            &self.browser,
            "deltaga.consent.v1.ConsentService/PrepareConsent",
            &request,
        )
        .await?;
        Ok(prepared.signature_id)
    }

    async fn complete(&self, signed: Prepared) -> Result<()> {
        match signed {
            Prepared::Approval(signature_id) => {
                let request = CompleteApprovalRequest { signature_id };
                let done: CompleteApprovalResponse = call(
                    &self.browser,
                    "deltaga.attendance.v1.AnswerService/CompleteApproval",
                    &request,
                )
                .await?;
                let outcome = done.outcome();
                ensure!(outcome == ApprovalOutcome::Approved, "the approval: {outcome:?}");
            }
            Prepared::Consent(signature_id) => {
                let request = CompleteConsentRequest { signature_id };
                let done: CompleteConsentResponse = call(
                    &self.browser,
                    "deltaga.consent.v1.ConsentService/CompleteConsent",
                    &request,
                )
                .await?;
                let outcome = done.outcome();
                ensure!(outcome == ConsentOutcome::Given, "the consent: {outcome:?}");
            }
        }
        Ok(())
    }
}
