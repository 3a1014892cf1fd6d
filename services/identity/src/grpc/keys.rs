//! KeyService.

use proto::identity::v1 as pb;
use proto::identity::v1::key_service_server::KeyService;
use tonic::{Request, Response, Status};

use crate::parts::Parts;

/// Keys that verify access tokens.
#[derive(Clone, Debug)]
pub struct Keys(pub Parts);

#[tonic::async_trait]
impl KeyService for Keys {
    async fn get_jwks(
        &self,
        _request: Request<pb::GetJwksRequest>,
    ) -> Result<Response<pb::GetJwksResponse>, Status> {
        self.0.signing_keys.reload().await?;
        Ok(Response::new(pb::GetJwksResponse {
            jwks_json: self.0.signing_keys.jwks(),
        }))
    }
}
