//! An OTLP receiver over gRPC that keeps what services send, so that tests can ask which spans belong to one trace and
//! whether anything personal got into telemetry.

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
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

/// A running receiver; dropping it closes the port.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    received: Received,
    _server: JoinSet<()>,
}

/// A span and the service it came from.
#[derive(Clone, Debug)]
pub struct ReceivedSpan {
    pub service: String,
    pub span: Span,
}

/// A metric and the service it came from.
#[derive(Clone, Debug)]
pub struct ReceivedMetric {
    pub service: String,
    pub metric: Metric,
}

#[derive(Clone, Debug, Default)]
struct Received(Arc<Mutex<Store>>);

#[derive(Debug, Default)]
struct Store {
    spans: Vec<ReceivedSpan>,
    metrics: Vec<ReceivedMetric>,
    exports: Vec<Vec<u8>>,
}

impl Sink {
    /// Listens on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let received = Received::default();
        let router = tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(received.clone()))
            .add_service(MetricsServiceServer::new(received.clone()));
        let mut server = JoinSet::new();
        server.spawn(async move {
            if let Err(error) = router.serve_with_incoming(TcpListenerStream::new(listener)).await {
                tracing::error!(%error, "the telemetry sink ended");
            }
        });
        Ok(Self {
            address,
            received,
            _server: server,
        })
    }

    /// What a service's `telemetry.otlp_endpoint` is set to.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn spans(&self) -> Vec<ReceivedSpan> {
        self.received.store().spans.clone()
    }

    pub fn spans_named(&self, name: &str) -> Vec<ReceivedSpan> {
        self.spans()
            .into_iter()
            .filter(|received| received.span.name == name)
            .collect()
    }

    /// All spans of a trace, by its id in hex.
    pub fn trace(&self, trace_id: &str) -> Vec<ReceivedSpan> {
        self.spans()
            .into_iter()
            .filter(|received| received.trace_id() == trace_id)
            .collect()
    }

    pub fn metrics(&self) -> Vec<ReceivedMetric> {
        self.received.store().metrics.clone()
    }

    pub fn metrics_named(&self, name: &str) -> Vec<ReceivedMetric> {
        self.metrics()
            .into_iter()
            .filter(|received| received.metric.name == name)
            .collect()
    }

    /// Everything received as it came over the wire, to be searched for what must not be there in any form.
    pub fn exports(&self) -> Vec<Vec<u8>> {
        self.received.store().exports.clone()
    }

    /// Everything received as text, to be searched for what must not be there.
    pub fn as_text(&self) -> String {
        {
            let store = self.received.store();
            format!("{:?} {:?}", store.spans, store.metrics)
        }
    }

    /// Forgets what was received so far.
    pub fn clear(&self) {
        *self.received.store() = Store::default();
    }
}

impl ReceivedSpan {
    pub fn trace_id(&self) -> String {
        hex::encode(&self.span.trace_id)
    }

    pub fn span_id(&self) -> String {
        hex::encode(&self.span.span_id)
    }

    /// The span this one is a child of; empty for a root.
    pub fn parent_id(&self) -> String {
        hex::encode(&self.span.parent_span_id)
    }

    /// An attribute of the span as text; what is no text in the form of its type, as `IntValue(3)`.
    pub fn attribute(&self, key: &str) -> Option<String> {
        attribute(&self.span.attributes, key)
    }
}

impl Received {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tonic::async_trait]
impl TraceService for Received {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut store = self.store();
        store.exports.push(request.get_ref().encode_to_vec());
        for resource_spans in request.into_inner().resource_spans {
            let service = service_name(resource_spans.resource.as_ref());
            let spans = resource_spans
                .scope_spans
                .into_iter()
                .flat_map(|scope| scope.spans);
            store.spans.extend(spans.map(|span| ReceivedSpan {
                service: service.clone(),
                span,
            }));
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Received {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let mut store = self.store();
        store.exports.push(request.get_ref().encode_to_vec());
        for resource_metrics in request.into_inner().resource_metrics {
            let service = service_name(resource_metrics.resource.as_ref());
            let metrics = resource_metrics
                .scope_metrics
                .into_iter()
                .flat_map(|scope| scope.metrics);
            store.metrics.extend(metrics.map(|metric| ReceivedMetric {
                service: service.clone(),
                metric,
            }));
        }
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

fn service_name(resource: Option<&Resource>) -> String {
    resource
        .and_then(|resource| attribute(&resource.attributes, "service.name"))
        .unwrap_or_default()
}

fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes
        .iter()
        .find(|attribute| attribute.key == key)?
        .value
        .as_ref()?;
    let value = value.value.as_ref()?;
    Some(if let Value::StringValue(text) = value {
        text.clone()
    } else {
        format!("{value:?}")
    })
}
