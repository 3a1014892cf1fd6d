//! The script's calls: people and their scenarios, faults, clock, reset.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::requests::{ClockBody, ClockView};
use super::{Control, ControlError};
use crate::fault::Fault;
use crate::order::phone::PhoneError;
use crate::people::{Person, Scenario};
use crate::pki::Files;

pub async fn files(State(control): State<Control>) -> Json<Files> {
    Json((*control.files).clone())
}

pub async fn people(State(control): State<Control>) -> Json<Vec<Person>> {
    Json(control.bank.people().all().to_vec())
}

pub async fn set_scenario(
    State(control): State<Control>,
    Path(person): Path<String>,
    Json(scenario): Json<Scenario>,
) -> Result<StatusCode, ControlError> {
    let is_known = control.bank.people().set_scenario(&person, scenario);
    if is_known {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(PhoneError::NoSuchPerson.into())
    }
}

pub async fn faults(State(control): State<Control>) -> Json<Vec<Fault>> {
    Json(control.bank.faults.list())
}

pub async fn add_fault(State(control): State<Control>, Json(fault): Json<Fault>) -> StatusCode {
    control.bank.faults.add(fault);
    StatusCode::NO_CONTENT
}

pub async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.bank.faults.clear();
    StatusCode::NO_CONTENT
}

pub async fn clock(State(control): State<Control>) -> Json<ClockView> {
    Json(ClockView {
        now: control.bank.now(),
        offset_seconds: control.bank.clock.shift_seconds(),
    })
}

pub async fn set_clock(State(control): State<Control>, Json(body): Json<ClockBody>) -> Json<ClockView> {
    if let Some(offset) = body.offset_seconds {
        control.bank.clock.set_shift(offset);
    }
    if let Some(advance) = body.advance_seconds {
        control.bank.clock.advance(advance);
    }
    clock(State(control)).await
}

pub async fn reset(State(control): State<Control>) -> StatusCode {
    control.bank.reset();
    StatusCode::NO_CONTENT
}
