//! The gRPC face of uploads: decode, call, encode.

use proto::errors::v1::ErrorReason;
use proto::uploads::v1 as pb;
use proto::uploads::v1::upload_service_server::UploadService;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Chunk, Uploads};
use crate::auth::caller;
use crate::grpc::{FieldViolation, Fields, Rejection};

/// `deltaga.uploads.v1.UploadService`, mounted by services that take files.
#[derive(Clone, Debug)]
pub struct UploadsService {
    uploads: Uploads,
}

// === impl UploadsService ===

impl UploadsService {
    /// The service over these files.
    pub fn new(uploads: Uploads) -> Self {
        Self { uploads }
    }

    async fn append(&self, request: Request<pb::UploadChunkRequest>) -> Result<i64, Rejection> {
        let owner = caller(&request)?.subject();
        let message = request.get_ref();
        let mut fields = Fields::default();
        let upload_id = fields.check(parse_upload_id(&message.upload_id));
        if message.offset < 0 {
            fields.refuse("offset", ErrorReason::FieldOutOfRange);
        }
        let Some(upload_id) = upload_id.filter(|_| fields.is_clean()) else {
            return Err(fields.reject());
        };
        let chunk = Chunk {
            upload_id,
            offset: message.offset,
            content: &message.content,
        };
        Ok(self.uploads.append(&owner, chunk).await?)
    }
}

#[tonic::async_trait]
impl UploadService for UploadsService {
    async fn upload_chunk(
        &self,
        request: Request<pb::UploadChunkRequest>,
    ) -> Result<Response<pb::UploadChunkResponse>, Status> {
        let received = self.append(request).await?;
        Ok(Response::new(pb::UploadChunkResponse { received }))
    }
}

fn parse_upload_id(text: &str) -> Result<Uuid, FieldViolation> {
    if text.is_empty() {
        return Err(FieldViolation::new("upload_id", ErrorReason::FieldRequired));
    }
    text.parse()
        .map_err(|_| FieldViolation::new("upload_id", ErrorReason::FieldMalformed))
}
