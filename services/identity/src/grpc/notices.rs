//! NoticeService.

use proto::identity::v1 as pb;
use proto::identity::v1::notice_service_server::NoticeService;
use tonic::{Request, Response, Status};

use super::convert::own::shown_notice;
use super::encode::own::to_notice;
use super::person_of;
use crate::commands::record_notice::record_notice;
use crate::parts::Parts;
use crate::queries::get_notice::get_notice;

/// The information notice.
#[derive(Clone, Debug)]
pub struct Notices(pub Parts);

#[tonic::async_trait]
impl NoticeService for Notices {
    async fn record_notice_shown(
        &self,
        request: Request<pb::RecordNoticeShownRequest>,
    ) -> Result<Response<pb::RecordNoticeShownResponse>, Status> {
        let (version, language) = shown_notice(request.get_ref())?;
        let first = record_notice(&self.0, &person_of(&request)?, &version, language).await?;
        Ok(Response::new(pb::RecordNoticeShownResponse {
            notice: Some(to_notice(&first)),
        }))
    }

    async fn get_own_notice(
        &self,
        request: Request<pb::GetOwnNoticeRequest>,
    ) -> Result<Response<pb::GetOwnNoticeResponse>, Status> {
        let shown = get_notice(&self.0, &person_of(&request)?).await?;
        Ok(Response::new(pb::GetOwnNoticeResponse {
            notices: shown.iter().map(to_notice).collect(),
        }))
    }
}
