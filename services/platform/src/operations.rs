//! What operators do with a running service, by RPC: look at parked records, have them tried again or give them up, and
//! have every aggregate of a topic written out again. Every call leaves an audit line.

mod parked;
pub mod republish;
pub mod restore;

use std::sync::Arc;

use proto::errors::v1::ErrorReason;
use proto::operations::v1 as pb;
use proto::operations::v1::operations_service_server::{OperationsService, OperationsServiceServer};
use serde_json::{Value, json};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use self::republish::{RepublishTopic, StateSource};
use crate::audit::{self, Actor, AuditLine};
use crate::auth::{Principal, caller};
use crate::db::{Database, Tx};
use crate::grpc::{Fields, Rejection, convert};
use crate::idempotency::{self, Call};
use crate::kafka::topics;
use crate::keys::KeyRing;

/// `deltaga.operations.v1.OperationsService`, the same in every service.
#[derive(Clone)]
pub struct Operations {
    database: Database,
    keys: KeyRing,
    sources: Arc<[Arc<dyn StateSource>]>,
}

// === impl Operations ===

impl Operations {
    /// The operations of a service; `sources` are its own state topics.
    pub fn new(database: Database, keys: KeyRing, sources: Vec<Arc<dyn StateSource>>) -> Self {
        Self {
            database,
            keys,
            sources: sources.into(),
        }
    }

    /// The service, to be mounted.
    pub fn server(&self) -> OperationsServiceServer<Self> {
        OperationsServiceServer::new(self.clone())
    }

    /// The handler of the job that writes a topic out again, to be given to the runner.
    pub fn republisher(&self) -> RepublishTopic {
        RepublishTopic::new(self.database.clone(), Arc::clone(&self.sources))
    }

    async fn list(
        &self,
        request: Request<pb::ListParkedRecordsRequest>,
    ) -> Result<pb::ListParkedRecordsResponse, Rejection> {
        let actor = actor(caller(&request)?);
        let request = request.into_inner();
        let mut fields = Fields::default();
        let page = fields.check(convert::page(
            "page",
            request.page.as_ref(),
            &("parked_records", &request.topic),
        ));
        if !request.topic.is_empty() && !self.is_topic(&request.topic) {
            fields.refuse("topic", ErrorReason::FieldUnknownValue);
        }
        fields.finish()?;
        let page = page.ok_or_else(Rejection::invalid)?;
        let mut rows = parked::list(&self.database, &request.topic, page.after, page.limit()).await?;
        let closed = page.close(&mut rows, parked::Listed::cursor);
        let line = line(
            actor,
            "operations.list_parked_records",
            "topic",
            request.topic,
            json!({ "rows": rows.len() }),
        );
        self.database
            .transaction(line.action, async |tx: &mut Tx| {
                audit::append(tx, line.clone()).await
            })
            .await?;
        Ok(pb::ListParkedRecordsResponse {
            parked_records: rows.into_iter().map(Into::into).collect(),
            page: Some(closed),
        })
    }

    /// Only a topic there is may be named: the name goes into the audit.
    fn is_topic(&self, name: &str) -> bool {
        topics::all().get(name).is_some() || self.sources.iter().any(|source| source.topic() == name)
    }

    async fn retry(&self, request: Request<pb::RetryParkedRecordRequest>) -> Result<(), Rejection> {
        let actor = actor(caller(&request)?);
        let parked_id: Uuid = parked_id(&request.get_ref().parked_record_id)?;
        let line = line(
            actor,
            "operations.retry_parked_record",
            "parked_record",
            parked_id.to_string(),
            Value::Null,
        );
        let retried = self.database.transaction(line.action, async |tx: &mut Tx| {
            // One that is gone was applied, settled or given up since: nothing is left to retry.
            parked::retry(tx, parked_id).await?;
            audit::append(tx, line.clone()).await
        });
        Ok(retried.await?)
    }

    async fn discard(&self, request: Request<pb::DiscardParkedRecordRequest>) -> Result<(), Rejection> {
        let actor = actor(caller(&request)?);
        let parked_id: Uuid = parked_id(&request.get_ref().parked_record_id)?;
        let line = line(
            actor,
            "operations.discard_parked_record",
            "parked_record",
            parked_id.to_string(),
            Value::Null,
        );
        let discarded = self.database.transaction(line.action, async |tx: &mut Tx| {
            parked::discard(tx, parked_id).await?;
            audit::append(tx, line.clone()).await
        });
        Ok(discarded.await?)
    }

    async fn republish(
        &self,
        request: Request<pb::RepublishTopicRequest>,
    ) -> Result<pb::RepublishTopicResponse, Rejection> {
        let principal = caller(&request)?;
        let (actor, subject) = (actor(principal), principal.subject());
        let request = request.into_inner();
        let mut fields = Fields::default();
        let request_id = fields.check(convert::request_id("request_id", &request.request_id));
        fields.finish()?;
        let request_id = request_id.ok_or_else(Rejection::invalid)?;
        let source = self.sources.iter().find(|source| source.topic() == request.topic);
        let topic = source.ok_or_else(|| Rejection::not_found("topic"))?.topic();
        let call = Call {
            principal: &subject,
            method: "deltaga.operations.v1.OperationsService/RepublishTopic",
            request_id,
        };
        let line = line(
            actor,
            "operations.republish_topic",
            "topic",
            topic.to_owned(),
            Value::Null,
        );
        self.database
            .transaction(line.action, async |tx: &mut Tx| {
                let answer = idempotency::run(tx, &self.keys, call, &request, async |tx: &mut Tx| {
                    let job_id = republish::enqueue(tx, topic).await?;
                    Ok::<_, Rejection>(pb::RepublishTopicResponse {
                        job_id: job_id.to_string(),
                    })
                })
                .await?;
                audit::append(tx, line.clone()).await?;
                Ok::<_, Rejection>(answer)
            })
            .await
    }
}

#[tonic::async_trait]
impl OperationsService for Operations {
    async fn list_parked_records(
        &self,
        request: Request<pb::ListParkedRecordsRequest>,
    ) -> Result<Response<pb::ListParkedRecordsResponse>, Status> {
        Ok(Response::new(self.list(request).await?))
    }

    async fn retry_parked_record(
        &self,
        request: Request<pb::RetryParkedRecordRequest>,
    ) -> Result<Response<pb::RetryParkedRecordResponse>, Status> {
        self.retry(request).await?;
        Ok(Response::new(pb::RetryParkedRecordResponse {}))
    }

    async fn discard_parked_record(
        &self,
        request: Request<pb::DiscardParkedRecordRequest>,
    ) -> Result<Response<pb::DiscardParkedRecordResponse>, Status> {
        self.discard(request).await?;
        Ok(Response::new(pb::DiscardParkedRecordResponse {}))
    }

    async fn republish_topic(
        &self,
        request: Request<pb::RepublishTopicRequest>,
    ) -> Result<Response<pb::RepublishTopicResponse>, Status> {
        Ok(Response::new(self.republish(request).await?))
    }
}

fn parked_id(text: &str) -> Result<Uuid, Rejection> {
    convert::id("parked_record_id", text).map_err(|violation| Rejection::invalid().fields([violation]))
}

fn line(
    actor: Actor,
    action: &'static str,
    subject_kind: &'static str,
    subject_id: String,
    details: Value,
) -> AuditLine {
    AuditLine {
        actor,
        action,
        subject_kind,
        subject_id,
        purpose: None,
        details,
    }
}

/// The operator, through the account that holds the permission.
fn actor(principal: &Principal) -> Actor {
    let account = principal.account().ok();
    Actor {
        kind: "operator",
        id: principal
            .person()
            .map_or_else(|| principal.subject(), |person| person.person_id.to_string()),
        account_id: account.map(|account| account.account_id),
        organisation_id: account.map(|account| account.organisation_id),
    }
}
