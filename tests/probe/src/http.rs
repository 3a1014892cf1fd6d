//! The questions: `/decide` for one account, permission and unit, `/dump` for everything the probe decides by.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use platform::auth::{AccountDirectory as _, AccountQuery, Grants, SignedIn};
use platform::clock::SharedClock;
use platform::grpc::Rejection;
use platform::service::Context;
use proto::policy::v1::{Assurance, Permission};
use serde::Deserialize;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::answer::{Decision, DumpedAccount};

#[derive(Clone)]
struct Desk {
    grants: Grants,
    clock: SharedClock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    account: Uuid,
    person: Uuid,
    /// As the contract names it: `PERMISSION_REPORT_AND_PLAN`.
    permission: String,
    unit: Option<Uuid>,
}

/// Answers until the process ends.
pub async fn open(address: SocketAddr, grants: Grants, context: &Context) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let desk = Desk {
        grants,
        clock: context.clock.clone(),
    };
    let router = Router::new()
        .route("/decide", get(decide))
        .route("/dump", get(dump))
        .with_state(desk);
    let stopping = context.lifecycle.stopping();
    context.lifecycle.spawn("questions", async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(stopping.cancelled_owned())
            .await?;
        Ok(())
    });
    Ok(())
}

async fn decide(
    State(desk): State<Desk>,
    Query(question): Query<Question>,
) -> Result<Json<Decision>, StatusCode> {
    let permission = Permission::from_str_name(&question.permission).ok_or(StatusCode::BAD_REQUEST)?;
    let revision = desk.grants.held(question.account).map(|held| held.revision);
    Ok(Json(match desk.judge(&question, permission).await {
        Ok(None) => Decision::allowed(revision),
        Ok(Some(reason)) => Decision::refused(reason, revision),
        Err(rejection) => Decision::refused(rejection.reason().as_str_name(), revision),
    }))
}

async fn dump(State(desk): State<Desk>) -> Json<Vec<DumpedAccount>> {
    Json(desk.grants.all_held().iter().map(DumpedAccount::of).collect())
}

impl Desk {
    // The same steps as those of a call: the account must be the caller's, hold the permission now, and cover the unit.
    async fn judge(
        &self,
        question: &Question,
        permission: Permission,
    ) -> Result<Option<&'static str>, Rejection> {
        let at = self.clock.now();
        let who = SignedIn {
            person_id: question.person,
            aliases: Vec::new(),
            session_id: Uuid::nil(),
            assurance: Assurance::Bankid,
        };
        let query = AccountQuery {
            account_id: question.account,
            who,
            at,
            min_revision: None,
        };
        let account = self.grants.account(&query).await?;
        Ok(if !account.may(permission, at) {
            Some("not granted")
        } else if question.unit.is_some_and(|unit| !account.reaches(unit)) {
            Some("outside of the scope")
        } else {
            None
        })
    }
}
