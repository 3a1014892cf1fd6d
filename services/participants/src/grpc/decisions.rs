//! `DecisionService`.

use platform::grpc::{FieldViolation, Rejection};
use platform::keys::Purpose;
use prost::Message as _;
use proto::errors::v1::ErrorReason;
use proto::participants::v1 as pb;
use proto::participants::v1::decision_service_server::DecisionService;
use tonic::{Request, Response, Status};

use super::{callers, convert};
use crate::commands::Commands;

const MOST_DECISIONS: usize = 500;
const CONTENT: Purpose = Purpose::new("participants.decision");

/// The adapter.
#[derive(Clone)]
pub struct Decisions(pub Commands);

impl Decisions {
    async fn import(
        &self,
        request: Request<pb::ImportDecisionsRequest>,
    ) -> Result<pb::ImportDecisionsResponse, Rejection> {
        let caller = callers::caller(&request)?;
        let decisions = &request.get_ref().decisions;
        check_count(decisions.len())?;
        let told = decisions.iter().enumerate().map(|(index, decision)| {
            let mac = self.0.keys.mac(CONTENT, &decision.encode_to_vec());
            convert::told_decision(format!("decisions[{index}]"), decision, mac)
        });
        let outcomes = self.0.import_decisions(&caller, told.collect()).await?;
        let rows = decisions.iter().zip(&outcomes);
        let rows = rows.map(|(decision, outcome)| convert::report(decision, outcome));
        Ok(pb::ImportDecisionsResponse { rows: rows.collect() })
    }
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn import_decisions(
        &self,
        request: Request<pb::ImportDecisionsRequest>,
    ) -> Result<Response<pb::ImportDecisionsResponse>, Status> {
        Ok(Response::new(self.import(request).await?))
    }
}

fn check_count(count: usize) -> Result<(), Rejection> {
    match count {
        0 => Err(Rejection::invalid().field("decisions", ErrorReason::FieldRequired)),
        1..=MOST_DECISIONS => Ok(()),
        _ => {
            let violation = FieldViolation::new("decisions", ErrorReason::FieldTooLong);
            Err(Rejection::invalid().fields([violation.with("limit", MOST_DECISIONS)]))
        }
    }
}
