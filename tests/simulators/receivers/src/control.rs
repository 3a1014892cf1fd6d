//! The control port: switches, what arrived, what counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::book::{Delivery, Held};
use crate::receiver::Receiver;
use crate::switches::Switch;
use crate::{Receipt, Recipient};

/// Both recipients.
pub type Receivers = Arc<BTreeMap<Recipient, Arc<Receiver>>>;

/// All routes. `{recipient}` is `esf` or `scb`.
pub fn router(receivers: Receivers) -> Router {
    Router::new()
        .route("/ready", get(|| async { StatusCode::OK }))
        .route("/{recipient}/switch", get(read_switch).put(set_switch))
        .route("/{recipient}/deliveries", get(deliveries))
        .route("/{recipient}/deliveries/{number}", get(body))
        .route("/{recipient}/deliveries/{number}/receipt", get(receipt))
        .route("/{recipient}/rows", get(rows))
        .with_state(receivers)
}

async fn read_switch(
    State(all): State<Receivers>,
    Path(name): Path<String>,
) -> Result<Json<Switch>, StatusCode> {
    Ok(Json(find(&all, &name)?.switch()))
}

async fn set_switch(
    State(all): State<Receivers>,
    Path(name): Path<String>,
    Json(switch): Json<Switch>,
) -> Result<Json<Switch>, StatusCode> {
    let receiver = find(&all, &name)?;
    receiver.set_switch(switch);
    Ok(Json(receiver.switch()))
}

async fn deliveries(
    State(all): State<Receivers>,
    Path(name): Path<String>,
) -> Result<Json<Vec<Delivery>>, StatusCode> {
    Ok(Json(find(&all, &name)?.book().deliveries().to_vec()))
}

async fn body(
    State(all): State<Receivers>,
    Path((name, number)): Path<(String, u64)>,
) -> Result<Response, StatusCode> {
    let body = find(&all, &name)?.book().body(number);
    Ok(body.map_err(|_absent| StatusCode::NOT_FOUND)?.into_response())
}

async fn receipt(
    State(all): State<Receivers>,
    Path((name, number)): Path<(String, u64)>,
) -> Result<Json<Receipt>, StatusCode> {
    let receipt = find(&all, &name)?.book().receipt(number);
    Ok(Json(receipt.map_err(|_absent| StatusCode::NOT_FOUND)?))
}

async fn rows(State(all): State<Receivers>, Path(name): Path<String>) -> Result<Json<Vec<Held>>, StatusCode> {
    let receiver = find(&all, &name)?;
    let rows = receiver.book().rows(receiver.key());
    Ok(Json(rows.map_err(|_damaged| StatusCode::INTERNAL_SERVER_ERROR)?))
}

fn find<'a>(all: &'a Receivers, name: &str) -> Result<&'a Arc<Receiver>, StatusCode> {
    Recipient::parse(name)
        .and_then(|recipient| all.get(&recipient))
        .ok_or(StatusCode::NOT_FOUND)
}
