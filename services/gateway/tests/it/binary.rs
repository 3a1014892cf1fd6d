//! Calls in binary: the bytes go through as they are.

use prost::Message as _;
use proto::identity::v1::{EndSessionRequest, ListSessionsResponse, SessionSummary};

use crate::stand::Stand;

#[tokio::test]
async fn a_call_in_binary_is_answered_in_binary() {
    let stand = Stand::new().await;
    let listed = ListSessionsResponse {
        sessions: vec![SessionSummary {
            session_id: "s".to_owned(),
            ..SessionSummary::default()
        }],
        page: None,
    };
    stand.identity.message("SessionService/ListSessions", &listed);

    let answer = stand
        .signed_in()
        .await
        .post(
            "/deltaga.identity.v1.SessionService/ListSessions",
            "application/proto",
            "",
        )
        .await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/proto");
    assert_eq!(ListSessionsResponse::decode(answer.body).unwrap(), listed);
}

#[tokio::test]
async fn the_service_gets_the_bytes_that_were_sent() {
    let stand = Stand::new().await;
    let request = EndSessionRequest {
        session_id: "another".to_owned(),
    };

    stand
        .signed_in()
        .await
        .post(
            "/deltaga.identity.v1.SessionService/EndSession",
            "application/proto",
            request.encode_to_vec(),
        )
        .await;

    let call = stand.identity.last("SessionService/EndSession");
    assert_eq!(EndSessionRequest::decode(call.message).unwrap(), request);
}
