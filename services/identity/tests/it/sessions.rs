//! Sessions and access tokens.

use platform::auth::token::{Claims, Portal, Subject, WireClaims};
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::key_service_client::KeyServiceClient;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::policy::v1::Assurance;
use tonic::transport::Channel;

use crate::flows::{exchange, sign_in};
use crate::stand::{Stand, refusal, signed_in};

/// The claims of a token, verified with the published keys.
pub async fn verified(channel: &Channel, token: &str) -> Claims {
    let answer = KeyServiceClient::new(channel.clone())
        .get_jwks(pb::GetJwksRequest {})
        .await
        .unwrap();
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&answer.into_inner().jwks_json).unwrap();
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_audience(&["deltaga"]);
    validation.set_issuer(&["deltaga-identity"]);
    let wire = jsonwebtoken::decode::<WireClaims>(token, &key, &validation)
        .unwrap()
        .claims;
    Claims::try_from(wire).unwrap()
}

#[tokio::test]
async fn a_token_says_who_with_which_assurance_and_verifies_with_the_published_keys() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Staff, "alva").await;

    let claims = verified(&gateway, &alva.access_token).await;

    let Subject::Person { portal, who } = claims.subject else {
        panic!("not a person's token")
    };
    assert_eq!((portal, who.assurance), (Portal::Staff, Assurance::Bankid));
    assert_eq!(who.session_id.to_string(), alva.session.session_id);
}

#[tokio::test]
async fn an_unused_session_ends_and_use_prolongs_it() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    for _ in 0..3 {
        stand.pass(10 * 60);
        exchange(&gateway, &alva.session.reference_token).await.unwrap();
    }

    stand.pass(15 * 60 + 1);

    let refused = refusal(exchange(&gateway, &alva.session.reference_token).await);
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Unauthenticated, ErrorReason::SessionEnded)
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Staff, "alva").await;
    let reference_token = alva.session.reference_token.clone();
    let mut sessions = SessionServiceClient::new(gateway.clone());
    for token in [
        reference_token.clone(),
        reference_token.clone(),
        "unknown".to_owned(),
    ] {
        sessions
            .sign_out(pb::SignOutRequest {
                reference_token: token,
            })
            .await
            .unwrap();
    }
    assert_eq!(
        refusal(exchange(&gateway, &reference_token).await).reason(),
        ErrorReason::SessionEnded
    );
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_alone() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let first = sign_in(&stand, &gateway, pb::Portal::Staff, "alva").await;
    let second = sign_in(&stand, &gateway, pb::Portal::Staff, "alva").await;
    let other = sign_in(&stand, &gateway, pb::Portal::Staff, "bertil").await;
    let mut sessions = SessionServiceClient::new(gateway.clone());

    let request = signed_in(&second.access_token, pb::ListSessionsRequest { page: None });
    let listed = sessions
        .list_sessions(request)
        .await
        .unwrap()
        .into_inner()
        .sessions;
    let shown: Vec<_> = listed
        .iter()
        .map(|session| (session.session_id.as_str(), session.is_current))
        .collect();
    assert_eq!(
        shown,
        [
            (second.session.session_id.as_str(), true),
            (first.session.session_id.as_str(), false)
        ]
    );
    assert_eq!(listed[0].user_agent, "Testbrowser 1.0");

    let foreign = pb::EndSessionRequest {
        session_id: other.session.session_id,
    };
    let refused = refusal(
        sessions
            .end_session(signed_in(&second.access_token, foreign))
            .await,
    );
    assert_eq!(refused.code(), Code::NotFound);

    let own = pb::EndSessionRequest {
        session_id: first.session.session_id,
    };
    sessions
        .end_session(signed_in(&second.access_token, own))
        .await
        .unwrap();
    assert_eq!(
        refusal(exchange(&gateway, &first.session.reference_token).await).reason(),
        ErrorReason::SessionEnded
    );
}
