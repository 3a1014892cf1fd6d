//! SessionService.

use platform::grpc::convert::{page, to_timestamp};
use platform::grpc::{Code, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::session_service_server::SessionService;
use tonic::{Request, Response, Status};

use super::convert::one_id;
use super::encode::to_session_summary;
use super::person_of;
use crate::commands::end_session::{end_session, sign_out};
use crate::commands::exchange_session::exchange_session;
use crate::domain::secret::SecretToken;
use crate::parts::Parts;
use crate::queries::list_sessions::list_sessions;

/// Sessions.
#[derive(Clone, Debug)]
pub struct Sessions(pub Parts);

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn exchange_session(
        &self,
        request: Request<pb::ExchangeSessionRequest>,
    ) -> Result<Response<pb::ExchangeSessionResponse>, Status> {
        let token = SecretToken::parse(&request.get_ref().reference_token);
        let ended = || Rejection::new(Code::Unauthenticated, ErrorReason::SessionEnded);
        let exchanged = exchange_session(&self.0, &token.ok_or_else(ended)?).await?;
        Ok(Response::new(pb::ExchangeSessionResponse {
            access_token: exchanged.access_token,
            expires_at: Some(to_timestamp(exchanged.expires_at)),
            session_idle_expires_at: Some(to_timestamp(exchanged.session.idle_expires_at())),
            session_expires_at: Some(to_timestamp(exchanged.session.expires_at)),
        }))
    }

    async fn sign_out(
        &self,
        request: Request<pb::SignOutRequest>,
    ) -> Result<Response<pb::SignOutResponse>, Status> {
        if let Some(token) = SecretToken::parse(&request.get_ref().reference_token) {
            sign_out(&self.0, &token).await?;
        }
        Ok(Response::new(pb::SignOutResponse {}))
    }

    async fn list_sessions(
        &self,
        request: Request<pb::ListSessionsRequest>,
    ) -> Result<Response<pb::ListSessionsResponse>, Status> {
        let who = person_of(&request)?;
        let page = page(
            "page",
            request.get_ref().page.as_ref(),
            &("sessions", who.person_id),
        );
        let page = page.map_err(|violation| Rejection::invalid().fields([violation]))?;
        let (rows, next) = list_sessions(&self.0, &who, &page).await?;
        let sessions = rows
            .into_iter()
            .map(|row| to_session_summary(row, who.session_id))
            .collect();
        Ok(Response::new(pb::ListSessionsResponse {
            sessions,
            page: Some(next),
        }))
    }

    async fn end_session(
        &self,
        request: Request<pb::EndSessionRequest>,
    ) -> Result<Response<pb::EndSessionResponse>, Status> {
        let session_id = one_id("session_id", &request.get_ref().session_id)?;
        end_session(&self.0, &person_of(&request)?, session_id).await?;
        Ok(Response::new(pb::EndSessionResponse {}))
    }
}
