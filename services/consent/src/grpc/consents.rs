//! `ConsentService`.

use platform::grpc::convert::page;
use platform::grpc::{Fields, Rejection};
use proto::consent::v1 as pb;
use proto::consent::v1::consent_service_server::ConsentService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::{Commands, Once};
use crate::domain::ids::ConsentId;
use crate::domain::recipient::Recipient;
use crate::queries;
use crate::store::disclosures::Position;

/// The adapter.
#[derive(Clone)]
pub struct Consents(pub Commands);

impl Consents {
    async fn texts(
        &self,
        request: Request<pb::ListConsentTextsRequest>,
    ) -> Result<pb::ListConsentTextsResponse, Rejection> {
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let language = fields.check(convert::language("language", asked.language));
        let page = fields.check(page::<String>(
            "page",
            asked.page.as_ref(),
            &("texts", asked.language),
        ));
        let (Some(language), Some(page)) = (language, page) else {
            return Err(fields.reject());
        };
        let after = page.after.as_deref().and_then(Recipient::from_code);
        let mut texts = queries::consent_texts::list(&self.0.database, language, after, page.limit()).await?;
        let next = page.close(&mut texts, |text| text.recipient.code().to_owned());
        Ok(pb::ListConsentTextsResponse {
            texts: texts.iter().map(convert::text).collect(),
            page: Some(next),
        })
    }

    async fn prepare(
        &self,
        request: Request<pb::PrepareConsentRequest>,
    ) -> Result<pb::PrepareConsentResponse, Rejection> {
        let who = callers::participant(&request)?;
        let input = convert::prepare_consent(request.get_ref())?;
        let preparation = self.0.prepare_consent(&who, input).await?;
        Ok(pb::PrepareConsentResponse {
            signature_id: preparation.signature.to_string(),
            consent_id: preparation.id.to_string(),
        })
    }

    async fn complete(
        &self,
        request: Request<pb::CompleteConsentRequest>,
    ) -> Result<pb::CompleteConsentResponse, Rejection> {
        let (caller, who) = (callers::caller(&request)?, callers::participant(&request)?);
        let signature = convert::complete_consent(request.get_ref())?;
        let completed = self.0.complete_consent(&caller, &who, signature).await?;
        let own = queries::own_consents::of_signature(&self.0.database, signature).await?;
        Ok(pb::CompleteConsentResponse {
            outcome: convert::outcome(completed.settlement).into(),
            consent: own.as_ref().map(convert::consent),
        })
    }

    async fn own_consents(
        &self,
        request: Request<pb::ListOwnConsentsRequest>,
    ) -> Result<pb::ListOwnConsentsResponse, Rejection> {
        let who = callers::participant(&request)?;
        let mut fields = Fields::default();
        let list = ("consents", who.person);
        let Some(page) = fields.check(page::<ConsentId>("page", request.get_ref().page.as_ref(), &list))
        else {
            return Err(fields.reject());
        };
        let mut own = queries::own_consents::list(&self.0.database, &who, page.after, page.limit()).await?;
        let next = page.close(&mut own, |own| own.held.consent.id);
        Ok(pb::ListOwnConsentsResponse {
            consents: own.iter().map(convert::consent).collect(),
            page: Some(next),
        })
    }

    async fn withdraw_own(
        &self,
        request: Request<pb::WithdrawRequest>,
    ) -> Result<pb::WithdrawResponse, Rejection> {
        let (caller, who) = (callers::caller(&request)?, callers::participant(&request)?);
        let asked = convert::withdraw(request.get_ref(), &who)?;
        let once = Once {
            method: "deltaga.consent.v1.ConsentService/Withdraw",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self
            .0
            .withdraw(&caller, once, &asked.input, convert::withdrawal)
            .await?)
    }

    async fn withdraw_for(
        &self,
        request: Request<pb::WithdrawOnBehalfRequest>,
    ) -> Result<pb::WithdrawOnBehalfResponse, Rejection> {
        let (caller, reader) = (callers::caller(&request)?, callers::agency(&request)?);
        let asked = convert::withdraw_on_behalf(request.get_ref(), reader)?;
        let once = Once {
            method: "deltaga.consent.v1.ConsentService/WithdrawOnBehalf",
            request_id: asked.request_id,
            request: request.get_ref(),
        };
        Ok(self
            .0
            .withdraw(&caller, once, &asked.input, convert::withdrawal_on_behalf)
            .await?)
    }

    async fn own_disclosures(
        &self,
        request: Request<pb::ListOwnDisclosuresRequest>,
    ) -> Result<pb::ListOwnDisclosuresResponse, Rejection> {
        let who = callers::participant(&request)?;
        let asked = request.get_ref();
        let mut fields = Fields::default();
        let only = fields.check(convert::optional_recipient("recipient", asked.recipient));
        let list = ("disclosures", who.person, asked.recipient);
        let page = fields.check(page::<Position>("page", asked.page.as_ref(), &list));
        let (Some(only), Some(page)) = (only, page) else {
            return Err(fields.reject());
        };
        let database = &self.0.database;
        let mut rows = queries::own_disclosures::list(database, &who, only, page.after, page.limit()).await?;
        let next = page.close(&mut rows, crate::store::disclosures::Disclosed::position);
        let now = database.now();
        let disclosures = rows.iter().map(|row| convert::disclosure(row, now));
        Ok(pb::ListOwnDisclosuresResponse {
            disclosures: disclosures.collect(),
            page: Some(next),
        })
    }
}

#[tonic::async_trait]
impl ConsentService for Consents {
    async fn list_consent_texts(
        &self,
        request: Request<pb::ListConsentTextsRequest>,
    ) -> Result<Response<pb::ListConsentTextsResponse>, Status> {
        Ok(Response::new(self.texts(request).await?))
    }

    async fn prepare_consent(
        &self,
        request: Request<pb::PrepareConsentRequest>,
    ) -> Result<Response<pb::PrepareConsentResponse>, Status> {
        Ok(Response::new(self.prepare(request).await?))
    }

    async fn complete_consent(
        &self,
        request: Request<pb::CompleteConsentRequest>,
    ) -> Result<Response<pb::CompleteConsentResponse>, Status> {
        Ok(Response::new(self.complete(request).await?))
    }

    async fn list_own_consents(
        &self,
        request: Request<pb::ListOwnConsentsRequest>,
    ) -> Result<Response<pb::ListOwnConsentsResponse>, Status> {
        Ok(Response::new(self.own_consents(request).await?))
    }

    async fn withdraw(
        &self,
        request: Request<pb::WithdrawRequest>,
    ) -> Result<Response<pb::WithdrawResponse>, Status> {
        Ok(Response::new(self.withdraw_own(request).await?))
    }

    async fn withdraw_on_behalf(
        &self,
        request: Request<pb::WithdrawOnBehalfRequest>,
    ) -> Result<Response<pb::WithdrawOnBehalfResponse>, Status> {
        Ok(Response::new(self.withdraw_for(request).await?))
    }

    async fn list_own_disclosures(
        &self,
        request: Request<pb::ListOwnDisclosuresRequest>,
    ) -> Result<Response<pb::ListOwnDisclosuresResponse>, Status> {
        Ok(Response::new(self.own_disclosures(request).await?))
    }
}
