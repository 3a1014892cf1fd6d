//! grpc.health.v1 for the plain health port, answered from the process's readiness. Every service name known to the
//! contract shares the answer of the whole process.

use std::pin::Pin;

use futures::Stream;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use super::Rejection;
use crate::service::Readiness;

/// Answers probes; mount it on the health port, not on the port for calls.
#[derive(Clone, Debug)]
pub struct HealthProbe {
    readiness: Readiness,
}

impl HealthProbe {
    /// A probe of this readiness.
    pub fn server(readiness: Readiness) -> HealthServer<Self> {
        HealthServer::new(Self { readiness })
    }
}

#[tonic::async_trait]
impl Health for HealthProbe {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        if !is_known(&request.get_ref().service) {
            return Err(Rejection::not_found("service").into());
        }
        Ok(Response::new(answer(self.readiness.is_ready())))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        if !is_known(&request.get_ref().service) {
            return Err(Rejection::not_found("service").into());
        }
        let changes =
            futures::stream::unfold((self.readiness.clone(), None), |(readiness, last)| async move {
                let now = match last {
                    None => readiness.is_ready(),
                    Some(last) => readiness.changed_from(last).await,
                };
                Some((Ok(answer(now)), (readiness, Some(now))))
            });
        Ok(Response::new(Box::pin(changes)))
    }
}

fn answer(is_ready: bool) -> HealthCheckResponse {
    let status = if is_ready {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    HealthCheckResponse {
        status: status.into(),
    }
}

fn is_known(service: &str) -> bool {
    service.is_empty() || service.starts_with("deltaga.")
}
