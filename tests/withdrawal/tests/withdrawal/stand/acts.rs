//! What people and the agency do: consent, withdraw, run an export.

use proto::consent::v1::consent_service_client::ConsentServiceClient;
use proto::consent::v1::{
    CompleteConsentRequest, ConsentOutcome, PrepareConsentRequest, WithdrawRequest, WithdrawResponse,
};
use proto::export::v1::run_service_client::RunServiceClient;
use proto::export::v1::{
    CreateRunRequest, GetRunRequest, ListRunPartsRequest, ReleaseRunRequest, Run, RunStage, RunStatus,
};
use proto::types::v1::{Language, Month, Recipient};
use support::eventually;

use super::turnstile::Turn;
use super::{DEADLINE, Stand, fresh_uuid};
use crate::crowd::Participant;

impl Stand {
    /// Prepares, signs and completes.
    pub async fn consent(&self, who: &Participant, recipient: Recipient) {
        let mut consents = ConsentServiceClient::new(self.doors.0.clone());
        let request = PrepareConsentRequest {
            recipient: recipient.into(),
            text_version: 1,
            language: Language::Sv.into(),
        };
        let prepared = consents.prepare_consent(self.tokens.of_participant(who.person, request));
        let signature_id = prepared.await.unwrap().into_inner().signature_id;
        self.identity.sign(&signature_id);
        let request = CompleteConsentRequest { signature_id };
        let completed = consents.complete_consent(self.tokens.of_participant(who.person, request));
        assert_eq!(
            completed.await.unwrap().into_inner().outcome(),
            ConsentOutcome::Given
        );
    }

    pub async fn withdraw(&self, who: &Participant, recipient: Recipient) -> WithdrawResponse {
        let request = WithdrawRequest {
            request_id: fresh_uuid().to_string(),
            recipient: recipient.into(),
        };
        let withdrawn = ConsentServiceClient::new(self.doors.0.clone())
            .withdraw(self.tokens.of_participant(who.person, request))
            .await;
        withdrawn.unwrap().into_inner()
    }

    /// A run whose file is sealed and about to begin.
    pub async fn run_held(&self, month: Month, recipient: Recipient) -> Run {
        let request = CreateRunRequest {
            month: Some(month),
            recipient: recipient.into(),
            hold_before: RunStage::Begin.into(),
            request_id: fresh_uuid().to_string(),
        };
        let request = self.tokens.of_agency(&self.agency, request);
        let created = self.runs().create_run(request).await.unwrap();
        let run = created.into_inner().run.unwrap();
        self.reaches(&run, RunStatus::Held).await
    }

    /// Lets the run go on, up to the instant at which its one part begins.
    pub async fn release(&self, run: &Run) -> Turn {
        let request = ListRunPartsRequest {
            run_id: run.run_id.clone(),
            page: None,
        };
        let request = self.tokens.of_agency(&self.agency, request);
        let listed = self.runs().list_run_parts(request).await.unwrap();
        let parts = listed.into_inner().parts;
        assert_eq!(parts.len(), 1);
        let turn = self.turnstile.hold(&parts[0].part_id);
        let request = ReleaseRunRequest {
            run_id: run.run_id.clone(),
            held_before: RunStage::Begin.into(),
            hold_before: RunStage::Unspecified.into(),
        };
        let request = self.tokens.of_agency(&self.agency, request);
        self.runs().release_run(request).await.unwrap();
        turn
    }

    /// Waits for a status while time goes by.
    pub async fn reaches(&self, run: &Run, status: RunStatus) -> Run {
        eventually(DEADLINE, async || {
            self.tick();
            let request = GetRunRequest {
                run_id: run.run_id.clone(),
            };
            let request = self.tokens.of_agency(&self.agency, request);
            let got = self.runs().get_run(request).await.unwrap();
            let run = got.into_inner().run.unwrap();
            if run.status() == status { Ok(run) } else { Err(run) }
        })
        .await
    }

    fn runs(&self) -> RunServiceClient<platform::grpc::ClientChannel> {
        RunServiceClient::new(self.doors.1.clone())
    }
}
