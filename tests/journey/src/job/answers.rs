//! Participants read their month, answer, and consent: whatever is to be signed goes into one BankID order.

use anyhow::{Context as _, Result, ensure};
use proto::attendance::v1::{
    ApprovalOutcome, CompleteApprovalRequest, CompleteApprovalResponse, GetOwnMonthRequest,
    GetOwnMonthResponse, ListOwnMonthsRequest, ListOwnMonthsResponse, OwnMonth, OwnMonthSummary,
    PrepareApprovalRequest, PrepareApprovalResponse, RejectMonthRequest, RejectMonthResponse,
};
use proto::consent::v1::{
    CompleteConsentRequest, CompleteConsentResponse, ConsentOutcome, ListConsentTextsRequest,
    ListConsentTextsResponse, ListOwnConsentsRequest, ListOwnConsentsResponse, PrepareConsentRequest,
    PrepareConsentResponse, WithdrawRequest, WithdrawResponse,
};
use proto::identity::v1::Portal;
use proto::types::v1::{Language, Recipient};

use super::Job;
use super::calls::{several, until, whole_page};
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
        let participant = Participant::sign_in(job, case, placements).await?;
        let answered = participant.answer(1).await;
        answered.with_context(|| format!("participant {}", case.number))
    });
    several(all).await.map(drop)
}

/// The answers to corrected months.
pub async fn corrected(job: &Job<'_>, placements: &Placements) -> Result<()> {
    let corrected = CASES
        .iter()
        .filter(|case| case.story == Story::CorrectedAfterApproval);
    let all = corrected.map(|case| async move {
        let participant = Participant::sign_in(job, case, placements).await?;
        participant.answer(2).await
    });
    several(all).await.map(drop)
}

/// The approval of one revision of a case.
pub async fn approve(job: &Job<'_>, case: &Case, placements: &Placements, revision: i32) -> Result<()> {
    let participant = Participant::sign_in(job, case, placements).await?;
    participant.answer(revision).await
}

/// Takes a consent back and tells what had left or was under way.
pub async fn withdraw(
    job: &Job<'_>,
    case: &Case,
    placements: &Placements,
    recipient: Recipient,
) -> Result<WithdrawResponse> {
    let participant = Participant::sign_in(job, case, placements).await?;
    let request = WithdrawRequest {
        request_id: new_id(),
        recipient: recipient.into(),
    };
    participant
        .browser
        .call("deltaga.consent.v1.ConsentService/Withdraw", &request)
        .await
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
        for recipient in self.missing_consents().await? {
            let signature_id = until("a consent cannot be given", || self.prepare_consent(recipient)).await?;
            prepared.push(Prepared::Consent(signature_id));
        }
        if prepared.is_empty() {
            return Ok(());
        }
        let ids = prepared.iter().map(|prepared| match prepared {
            Prepared::Approval(id) | Prepared::Consent(id) => id.clone(),
        });
        self.browser.sign(ids.collect()).await?;
        for signed in prepared {
            self.complete(signed).await?;
        }
        Ok(())
    }

    async fn month(&self, revision: i32) -> Result<OwnMonth> {
        let request = ListOwnMonthsRequest {
            page: Some(whole_page()),
        };
        let listed: ListOwnMonthsResponse = self
            .browser
            .call("deltaga.attendance.v1.AnswerService/ListOwnMonths", &request)
            .await?;
        let found = listed.months.into_iter().find(|month| {
            month.placement_id == self.placement_id
                && month.month == Some(self.job.month())
                && month.revision >= revision
        });
        let request = GetOwnMonthRequest {
            month_report_id: found.context("the month is not there yet")?.month_report_id,
        };
        let read: GetOwnMonthResponse = self
            .browser
            .call("deltaga.attendance.v1.AnswerService/GetOwnMonth", &request)
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
        let prepared: PrepareApprovalResponse = self
            .browser
            .call("deltaga.attendance.v1.AnswerService/PrepareApproval", &request)
            .await?;
        Ok(prepared.signature_id)
    }

    async fn reject(&self, summary: &OwnMonthSummary) -> Result<()> {
        let request = RejectMonthRequest {
            request_id: new_id(),
            month_report_id: summary.month_report_id.clone(),
            revision: summary.revision,
        };
        let _rejected: RejectMonthResponse = self
            .browser
            .call("deltaga.attendance.v1.AnswerService/RejectMonth", &request)
            .await?;
        Ok(())
    }

    async fn missing_consents(&self) -> Result<Vec<Recipient>> {
        let (esf, scb) = self.case.consents;
        let wanted = [(Recipient::Esf, esf), (Recipient::Scb, scb)];
        let request = ListOwnConsentsRequest {
            page: Some(whole_page()),
        };
        let own: ListOwnConsentsResponse = self
            .browser
            .call("deltaga.consent.v1.ConsentService/ListOwnConsents", &request)
            .await?;
        // One that was withdrawn stays withdrawn: it was given once, which is what the story says.
        let is_known = |recipient: Recipient| own.consents.iter().any(|own| own.recipient() == recipient);
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
        let listed: ListConsentTextsResponse = self
            .browser
            .call("deltaga.consent.v1.ConsentService/ListConsentTexts", &request)
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
        let prepared: PrepareConsentResponse = self
            .browser
            .call("deltaga.consent.v1.ConsentService/PrepareConsent", &request)
            .await?;
        Ok(prepared.signature_id)
    }

    async fn complete(&self, signed: Prepared) -> Result<()> {
        match signed {
            Prepared::Approval(signature_id) => {
                let request = CompleteApprovalRequest { signature_id };
                let done: CompleteApprovalResponse = self
                    .browser
                    .call("deltaga.attendance.v1.AnswerService/CompleteApproval", &request)
                    .await?;
                let outcome = done.outcome();
                ensure!(outcome == ApprovalOutcome::Approved, "the approval: {outcome:?}");
            }
            Prepared::Consent(signature_id) => {
                let request = CompleteConsentRequest { signature_id };
                let done: CompleteConsentResponse = self
                    .browser
                    .call("deltaga.consent.v1.ConsentService/CompleteConsent", &request)
                    .await?;
                let outcome = done.outcome();
                ensure!(outcome == ConsentOutcome::Given, "the consent: {outcome:?}");
            }
        }
        Ok(())
    }
}
