//! What identity answers unless a test says otherwise: a sign-in that is complete at the first look, one session per
//! sign-in, and access tokens for its reference token until it is signed out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use platform::auth::Principal;
use platform::clock::Clock as _;
use platform::grpc::Rejection;
use platform::grpc::rejection::Code;
use prost::Message as _;
use proto::errors::v1::ErrorReason;
use proto::identity::v1::*;

use super::{Peer, Tokens};

type Sessions = Arc<Mutex<HashMap<String, u128>>>;

pub fn play(identity: &Peer, tokens: &Tokens) {
    let sessions = Sessions::default();
    sign_in(identity, &sessions);
    exchange(identity, &sessions, tokens.clone(), Tokens::person);
    identity.make("SessionService/SignOut", move |call| {
        let request = SignOutRequest::decode(call.message.clone()).unwrap();
        sessions.lock().unwrap().remove(&request.reference_token);
        Ok(SignOutResponse {}.encode_to_vec().into())
    });
    let tokens = tokens.clone();
    identity.make("ClientService/IssueToken", move |call| {
        let Principal::Certificate(certificate) = call.principal else {
            return Err(Rejection::unauthenticated());
        };
        let answer = IssueTokenResponse {
            access_token: tokens.supplier(certificate),
            expires_at: None,
        };
        Ok(answer.encode_to_vec().into())
    });
}

/// From now on access tokens are for the participant's pages.
pub fn play_participants(identity: &Peer, tokens: &Tokens) {
    let sessions = Sessions::default();
    sign_in(identity, &sessions);
    exchange(identity, &sessions, tokens.clone(), Tokens::participant);
}

fn sign_in(identity: &Peer, sessions: &Sessions) {
    identity.message(
        "SignInService/StartSignIn",
        &StartSignInResponse {
            flow: Some(flow(FlowState::Pending)),
            flow_token: "flow-secret".to_owned(),
        },
    );
    let sessions = sessions.clone();
    identity.make("SignInService/GetSignIn", move |call| {
        let request = GetSignInRequest::decode(call.message.clone()).unwrap();
        if request.flow_token != "flow-secret" {
            return Err(Rejection::not_found("flow"));
        }
        let mut sessions = sessions.lock().unwrap();
        let number = call_number(&sessions);
        let reference_token = format!("reference-secret-{number}");
        sessions.insert(reference_token.clone(), number);
        let answer = GetSignInResponse {
            flow: Some(flow(FlowState::Complete)),
            session: Some(Session {
                session_id: number.to_string(),
                reference_token,
                ..Session::default()
            }),
        };
        Ok(answer.encode_to_vec().into())
    });
}

fn exchange(identity: &Peer, sessions: &Sessions, tokens: Tokens, token: fn(&Tokens, u128) -> String) {
    let sessions = sessions.clone();
    identity.make("SessionService/ExchangeSession", move |call| {
        let request = ExchangeSessionRequest::decode(call.message.clone()).unwrap();
        let number = sessions.lock().unwrap().get(&request.reference_token).copied();
        let number =
            number.ok_or_else(|| Rejection::new(Code::Unauthenticated, ErrorReason::SessionEnded))?;
        let at = |duration: SignedDuration| {
            let instant = tokens.clock.now() + duration;
            Some(prost_types::Timestamp {
                seconds: instant.as_second(),
                nanos: 0,
            })
        };
        let answer = ExchangeSessionResponse {
            access_token: token(&tokens, number),
            expires_at: at(SignedDuration::from_mins(5)),
            session_idle_expires_at: at(SignedDuration::from_mins(30)),
            session_expires_at: at(SignedDuration::from_hours(10)),
        };
        Ok(answer.encode_to_vec().into())
    });
}

fn call_number(sessions: &HashMap<String, u128>) -> u128 {
    sessions.len() as u128 + 1
}

fn flow(state: FlowState) -> BankidFlow {
    BankidFlow {
        flow_id: "flow".to_owned(),
        state: state.into(),
        ..BankidFlow::default()
    }
}
