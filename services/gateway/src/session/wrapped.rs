//! The calls of identity whose secrets a page must never see: they come out of cookies and go into cookies. These
//! calls are made in the gateway's own name, since there is no session yet or it is about to end.

use bytes::Bytes;
use platform::grpc::Rejection;
use prost::Message;
use proto::identity::v1::{
    BankidFlow, CancelSignInRequest, FlowState, GetSignInRequest, GetSignInResponse, SignOutRequest,
    StartSignInResponse,
};

use super::Cookies;
use crate::problem::Problem;

/// A call that is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapped {
    StartSignIn,
    GetSignIn,
    CancelSignIn,
    SignOut,
    OpenInvitation,
}

/// What an answer does to a cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change {
    #[default]
    Keep,
    Set(String),
    Clear,
}

/// An answer without its secrets.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stripped {
    /// What the page gets.
    pub answer: Bytes,
    /// What becomes of the session's cookie.
    pub session: Change,
    /// What becomes of the flow's cookie.
    pub flow: Change,
}

impl Wrapped {
    /// The call of this name, if it is one.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "deltaga.identity.v1.SignInService/StartSignIn" => Some(Self::StartSignIn),
            "deltaga.identity.v1.SignInService/GetSignIn" => Some(Self::GetSignIn),
            "deltaga.identity.v1.SignInService/CancelSignIn" => Some(Self::CancelSignIn),
            "deltaga.identity.v1.SessionService/SignOut" => Some(Self::SignOut),
            "deltaga.identity.v1.InvitationService/OpenInvitation" => Some(Self::OpenInvitation),
            _ => None,
        }
    }

    /// Whether it begins something that could be tried over and over: such calls are limited more strictly.
    pub fn is_beginning(self) -> bool {
        match self {
            Self::StartSignIn | Self::OpenInvitation => true,
            Self::GetSignIn | Self::CancelSignIn | Self::SignOut => false,
        }
    }

    /// The request with the secrets of the cookies in it, whatever the page wrote in their place.
    pub fn fill(self, request: Bytes, cookies: &Cookies) -> Result<Bytes, Problem> {
        let flow_token = || cookies.flow.clone().unwrap_or_default();
        match self {
            Self::StartSignIn | Self::OpenInvitation => Ok(request),
            Self::GetSignIn => {
                changed::<GetSignInRequest>(request, |request| request.flow_token = flow_token())
            }
            Self::CancelSignIn => {
                changed::<CancelSignInRequest>(request, |request| request.flow_token = flow_token())
            }
            Self::SignOut => changed::<SignOutRequest>(request, |request| {
                request.reference_token = cookies.session.clone().unwrap_or_default();
            }),
        }
    }

    /// The answer without its secrets, and what becomes of the cookies.
    pub fn strip(self, answer: Bytes) -> Result<Stripped, Problem> {
        match self {
            Self::OpenInvitation => Ok(Stripped {
                answer,
                ..Stripped::default()
            }),
            Self::StartSignIn => {
                let mut started = StartSignInResponse::decode(answer).map_err(Rejection::internal)?;
                let flow_token = std::mem::take(&mut started.flow_token);
                Ok(Stripped {
                    answer: started.encode_to_vec().into(),
                    flow: Change::Set(flow_token),
                    session: Change::Keep,
                })
            }
            Self::GetSignIn => Ok(looked(
                GetSignInResponse::decode(answer).map_err(Rejection::internal)?,
            )),
            Self::CancelSignIn => Ok(Stripped {
                answer,
                flow: Change::Clear,
                session: Change::Keep,
            }),
            Self::SignOut => Ok(Stripped {
                answer,
                session: Change::Clear,
                flow: Change::Clear,
            }),
        }
    }
}

fn looked(mut answer: GetSignInResponse) -> Stripped {
    let reference = answer
        .session
        .as_mut()
        .map(|session| std::mem::take(&mut session.reference_token));
    let state = answer
        .flow
        .as_ref()
        .map_or(FlowState::Unspecified, BankidFlow::state);
    let flow = match state {
        FlowState::Complete | FlowState::Failed => Change::Clear,
        FlowState::Pending | FlowState::Unspecified => Change::Keep,
    };
    Stripped {
        answer: answer.encode_to_vec().into(),
        session: reference.map_or(Change::Keep, Change::Set),
        flow,
    }
}

fn changed<M: Message + Default>(request: Bytes, change: impl FnOnce(&mut M)) -> Result<Bytes, Problem> {
    let mut message = M::decode(request).map_err(|_| Problem::malformed())?;
    change(&mut message);
    Ok(message.encode_to_vec().into())
}

#[cfg(test)]
mod tests {
    use proto::identity::v1::Session;

    use super::*;

    fn bytes(message: &impl Message) -> Bytes {
        message.encode_to_vec().into()
    }

    fn cookies() -> Cookies {
        Cookies {
            session: Some("session-cookie".to_owned()),
            flow: Some("flow-cookie".to_owned()),
        }
    }

    fn seen(state: FlowState, session: Option<&str>) -> Bytes {
        bytes(&GetSignInResponse {
            flow: Some(BankidFlow {
                state: state.into(),
                ..BankidFlow::default()
            }),
            session: session.map(|token| Session {
                session_id: "id".to_owned(),
                reference_token: token.to_owned(),
                ..Session::default()
            }),
        })
    }

    #[test]
    fn the_secrets_of_a_request_are_those_of_the_cookies() {
        let request = bytes(&GetSignInRequest {
            flow_id: "1".to_owned(),
            flow_token: "from the page".to_owned(),
        });

        let filled = Wrapped::GetSignIn.fill(request, &cookies()).unwrap();

        let filled = GetSignInRequest::decode(filled).unwrap();
        assert_eq!(
            (filled.flow_id.as_str(), filled.flow_token.as_str()),
            ("1", "flow-cookie")
        );
        let filled = Wrapped::SignOut.fill(Bytes::new(), &cookies()).unwrap();
        assert_eq!(
            SignOutRequest::decode(filled).unwrap().reference_token,
            "session-cookie"
        );
    }

    #[test]
    fn a_beginning_puts_the_flow_into_its_cookie() {
        let answer = bytes(&StartSignInResponse {
            flow: None,
            flow_token: "secret".to_owned(),
        });

        let stripped = Wrapped::StartSignIn.strip(answer).unwrap();

        assert_eq!(stripped.flow, Change::Set("secret".to_owned()));
        assert_eq!(stripped.answer, Bytes::new());
    }

    #[test]
    fn completion_moves_the_session_into_its_cookie_and_ends_the_flow() {
        let stripped = Wrapped::GetSignIn
            .strip(seen(FlowState::Complete, Some("secret")))
            .unwrap();

        assert_eq!(stripped.session, Change::Set("secret".to_owned()));
        assert_eq!(stripped.flow, Change::Clear);
        let answer = GetSignInResponse::decode(stripped.answer).unwrap();
        let session = answer.session.unwrap();
        assert_eq!(
            (session.session_id.as_str(), session.reference_token.as_str()),
            ("id", "")
        );
    }

    #[test]
    fn a_flow_under_way_keeps_its_cookie_and_a_failed_one_does_not() {
        let pending = Wrapped::GetSignIn.strip(seen(FlowState::Pending, None)).unwrap();
        let failed = Wrapped::GetSignIn.strip(seen(FlowState::Failed, None)).unwrap();

        assert_eq!((pending.flow, pending.session), (Change::Keep, Change::Keep));
        assert_eq!((failed.flow, failed.session), (Change::Clear, Change::Keep));
    }

    #[test]
    fn signing_out_takes_both_cookies_away() {
        let stripped = Wrapped::SignOut.strip(Bytes::new()).unwrap();

        assert_eq!((stripped.session, stripped.flow), (Change::Clear, Change::Clear));
    }

    #[test]
    fn bytes_that_are_no_message_are_refused() {
        let request = Bytes::from_static(b"\xff\xff\xff");

        assert!(Wrapped::GetSignIn.fill(request, &cookies()).is_err());
    }
}
