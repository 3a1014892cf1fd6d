//! The phone's calls: find an order by code, token or reference, and act on it as a test person.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::requests::{ActBody, AutoStartQuery, HintBody, OrderView, PhoneAction, PhoneBody, ScanBody};
use super::{Control, ControlError};
use crate::bank::Bank;
use crate::order::Step;
use crate::order::phone::PhoneError;

type Shown = Result<Json<OrderView>, ControlError>;

#[derive(Debug, Deserialize)]
pub struct OrdersQuery {
    person: Option<String>,
}

pub async fn scan(State(control): State<Control>, Json(body): Json<ScanBody>) -> Shown {
    let bank = &control.bank;
    let order_ref = bank.orders().scan(&body.qr, bank.now())?;
    open_for(bank, &order_ref, body.person.as_deref())
}

pub async fn autostart(State(control): State<Control>, Query(query): Query<AutoStartQuery>) -> Shown {
    let bank = &control.bank;
    let order_ref = bank.orders().autostart(&query.token, bank.now())?;
    open_for(bank, &order_ref, query.person.as_deref())
}

/// Find and act in one call.
pub async fn phone(State(control): State<Control>, Json(body): Json<PhoneBody>) -> Shown {
    act_as(control.bank, body).await
}

pub async fn act_as(bank: Arc<Bank>, body: PhoneBody) -> Shown {
    let order_ref = match (&body.qr, &body.auto_start_token, &body.order_ref) {
        (Some(qr), None, None) => bank.orders().scan(qr, bank.now())?,
        (None, Some(token), None) => bank.orders().autostart(token, bank.now())?,
        (None, None, Some(order_ref)) => order_ref.clone(),
        _ => return Err(unprocessable("name one of qr, autoStartToken and orderRef")),
    };
    let who = ActBody {
        person: Some(body.person),
        device_ip: body.device_ip,
    };
    act(bank, order_ref, body.action, who).await
}

/// Orders on the phone; with a person only those that this person can see.
pub async fn orders(
    State(control): State<Control>,
    Query(query): Query<OrdersQuery>,
) -> Result<Json<Vec<OrderView>>, ControlError> {
    let bank = &control.bank;
    let person = query.person.map(|person| bank.person(&person)).transpose()?;
    let now = bank.now();
    let mut orders = bank.orders();
    let seen = orders.all(now).into_iter().filter(|order| {
        person.as_ref().is_none_or(|person| {
            order.holder() == Some(person.key.as_str())
                || order.spec.called_person.as_deref() == Some(person.personal_number.as_str())
        })
    });
    Ok(Json(seen.map(|order| OrderView::of(order, now)).collect()))
}

pub async fn order(State(control): State<Control>, Path(order_ref): Path<String>) -> Shown {
    show(&control.bank, &order_ref)
}

pub async fn act_on(
    State(control): State<Control>,
    Path((order_ref, action)): Path<(String, String)>,
    body: Bytes,
) -> Shown {
    let action = match action.as_str() {
        "pick-up" => PhoneAction::PickUp,
        "open" => PhoneAction::Open,
        "confirm-call" => PhoneAction::ConfirmCall,
        "read-document" => PhoneAction::ReadDocument,
        "approve" => PhoneAction::Approve,
        "cancel" => PhoneAction::Cancel,
        "decline" => PhoneAction::Decline,
        _ => {
            return Err(ControlError {
                status: StatusCode::NOT_FOUND,
                message: "no such action".to_owned(),
            });
        }
    };
    let body = if body.is_empty() {
        Ok(ActBody::default())
    } else {
        serde_json::from_slice(&body)
    };
    act(
        control.bank,
        order_ref,
        action,
        body.map_err(|_| unprocessable("the body is not valid"))?,
    )
    .await
}

pub async fn force_hint(
    State(control): State<Control>,
    Path(order_ref): Path<String>,
    Json(body): Json<HintBody>,
) -> Shown {
    let bank = &control.bank;
    bank.orders()
        .force(&order_ref, &body.hint_code, body.fails, bank.now())?;
    show(bank, &order_ref)
}

async fn act(bank: Arc<Bank>, order_ref: String, action: PhoneAction, body: ActBody) -> Shown {
    let person = body.person.map(|person| bank.person(&person)).transpose()?;
    let _busy = match &person {
        Some(person) => Some(bank.hands.of(person).await),
        None => None,
    };
    let now = bank.now();
    match action {
        PhoneAction::PickUp => {
            let person = person.ok_or(PhoneError::NoPersonChosen)?;
            bank.orders().pick_up(&order_ref, now)?;
            bank.orders().open(&order_ref, &person, now)?;
        }
        PhoneAction::Open => {
            let person = person.ok_or(PhoneError::NoPersonChosen)?;
            bank.orders().open(&order_ref, &person, now)?;
        }
        PhoneAction::ConfirmCall => bank.orders().pass_step(&order_ref, Step::ConfirmCall, now)?,
        PhoneAction::ReadDocument => bank.orders().pass_step(&order_ref, Step::ReadDocument, now)?,
        PhoneAction::Approve => {
            let (bank, order_ref) = (Arc::clone(&bank), order_ref.clone());
            let approval = move || bank.approve(&order_ref, person.as_ref(), body.device_ip);
            tokio::task::spawn_blocking(approval)
                .await
                .map_err(anyhow::Error::from)??;
        }
        PhoneAction::Cancel => bank.orders().cancel_by_person(&order_ref, person.as_ref(), now)?,
        PhoneAction::Decline => bank.orders().decline_call(&order_ref, person.as_ref(), now)?,
    }
    show(&bank, &order_ref)
}

fn open_for(bank: &Bank, order_ref: &str, person: Option<&str>) -> Shown {
    if let Some(person) = person {
        let person = bank.person(person)?;
        bank.orders().open(order_ref, &person, bank.now())?;
    }
    show(bank, order_ref)
}

fn show(bank: &Bank, order_ref: &str) -> Shown {
    let now = bank.now();
    Ok(Json(OrderView::of(bank.orders().order(order_ref, now)?, now)))
}

fn unprocessable(message: &str) -> ControlError {
    ControlError {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        message: message.to_owned(),
    }
}
