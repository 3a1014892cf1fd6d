//! An OTLP receiver that searches what comes in and keeps nothing of it, for runs that send more than memory holds.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use tokio::task::JoinSet;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::scan::{Finding, Scanner};

/// A running receiver; dropping it closes the port.
pub struct SearchedTelemetry {
    address: SocketAddr,
    search: Search,
    _server: JoinSet<()>,
}

/// What came in so far.
#[derive(Clone, Debug, Default)]
pub struct Searched {
    pub exports: usize,
    pub findings: Vec<Finding>,
}

#[derive(Clone)]
struct Search {
    scanner: Arc<Scanner>,
    searched: Arc<Mutex<Searched>>,
}

impl SearchedTelemetry {
    /// Listens on a free port.
    pub fn start(scanner: Scanner) -> Result<Self> {
        let search = Search {
            scanner: Arc::new(scanner),
            searched: Arc::default(),
        };
        let incoming = TcpIncoming::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = incoming.local_addr()?;
        let router = Server::builder()
            .add_service(TraceServiceServer::new(search.clone()))
            .add_service(MetricsServiceServer::new(search.clone()));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // A receiver that ends is noticed by what it was not sent.
            drop(router.serve_with_incoming(incoming).await);
        });
        Ok(Self {
            address,
            search,
            _server: server,
        })
    }

    /// What a service's `telemetry.otlp_endpoint` is set to.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn searched(&self) -> Searched {
        self.search.searched().clone()
    }
}

impl Search {
    fn take(&self, export: &impl Message) {
        let found = self.scanner.scan("OTLP", &export.encode_to_vec());
        let mut searched = self.searched();
        searched.exports += 1;
        searched.findings.extend(found);
    }

    fn searched(&self) -> MutexGuard<'_, Searched> {
        self.searched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tonic::async_trait]
impl TraceService for Search {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.take(request.get_ref());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Search {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.take(request.get_ref());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}
