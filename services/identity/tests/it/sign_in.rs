//! Signing in with BankID.

use bankid_simulator::{Effect, Endpoint, Fault, PhoneAction, When};
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use support::eventually;

use crate::flows::{SignIns, begin, begin_on, finished, look, scan};
use crate::stand::{DEADLINE, Stand, from_browser, refusal, violations};

const STAFF: pb::Portal = pb::Portal::Staff;

pub async fn ended(stand: &Stand, begun: &pb::StartSignInResponse) -> (pb::FlowState, pb::BankidMessage) {
    let flow = finished(&stand.channel("gateway").await, begun)
        .await
        .flow
        .unwrap();
    (flow.state(), flow.message())
}

#[tokio::test]
async fn scanning_the_code_signs_in() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    assert!(begun.flow.as_ref().unwrap().qr_text.starts_with("bankid."));

    scan(&stand, &gateway, &begun, "alva", PhoneAction::Approve).await;

    let answer = finished(&gateway, &begun).await;
    assert_eq!(answer.flow.unwrap().state(), pb::FlowState::Complete);
    assert!(!answer.session.unwrap().reference_token.is_empty());
}

#[tokio::test]
async fn the_start_link_signs_in_on_the_same_device() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin_on(&gateway, STAFF, pb::Device::SameMobile).await;
    let flow = begun.flow.clone().unwrap();
    assert_eq!(
        (flow.qr_text.as_str(), flow.message()),
        ("", pb::BankidMessage::AppStarting)
    );

    stand
        .bankid
        .autostart(&flow.autostart_token, "bertil", PhoneAction::Approve)
        .await
        .unwrap();

    assert_eq!(ended(&stand, &begun).await.0, pb::FlowState::Complete);
}

#[tokio::test]
async fn a_cancelled_sign_in_stays_cancelled() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    let flow_id = begun.flow.clone().unwrap().flow_id;
    let cancel = pb::CancelSignInRequest {
        flow_id,
        flow_token: begun.flow_token.clone(),
    };

    SignIns::new(gateway.clone())
        .cancel_sign_in(cancel.clone())
        .await
        .unwrap();
    SignIns::new(gateway.clone())
        .cancel_sign_in(cancel)
        .await
        .unwrap();

    let flow = look(&gateway, &begun).await.flow.unwrap();
    assert_eq!(
        (flow.state(), flow.message()),
        (pb::FlowState::Failed, pb::BankidMessage::Cancelled)
    );
    assert_eq!(flow.qr_text, "");
}

#[tokio::test]
async fn a_person_who_declines_is_not_signed_in() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;

    scan(&stand, &gateway, &begun, "cilla", PhoneAction::Cancel).await;

    assert_eq!(
        ended(&stand, &begun).await,
        (pb::FlowState::Failed, pb::BankidMessage::CancelledByUser)
    );
}

#[tokio::test]
async fn a_blocked_bankid_is_told_as_such() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;

    scan(&stand, &gateway, &begun, "klara", PhoneAction::Approve).await;

    assert_eq!(
        ended(&stand, &begun).await,
        (pb::FlowState::Failed, pb::BankidMessage::Blocked)
    );
}

#[tokio::test]
async fn an_order_that_nobody_finishes_expires() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    scan(&stand, &gateway, &begun, "alva", PhoneAction::Open).await;

    stand.pass(200);

    assert_eq!(
        ended(&stand, &begun).await,
        (pb::FlowState::Failed, pb::BankidMessage::Expired)
    );
}

#[tokio::test]
async fn an_unscanned_code_is_silently_replaced() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    let first = token_of(&begun.flow.clone().unwrap().qr_text);

    stand.pass(32);
    let replaced = eventually(DEADLINE, || async {
        let flow = look(&gateway, &begun).await.flow.unwrap();
        (token_of(&flow.qr_text) != first).then_some(flow)
    })
    .await;
    assert_eq!(replaced.state(), pb::FlowState::Pending);

    scan(&stand, &gateway, &begun, "alva", PhoneAction::Approve).await;
    assert_eq!(ended(&stand, &begun).await.0, pb::FlowState::Complete);
}

#[tokio::test]
async fn a_completed_flow_gives_the_same_session_for_five_minutes() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    scan(&stand, &gateway, &begun, "alva", PhoneAction::Approve).await;
    let first = finished(&gateway, &begun).await.session.unwrap();

    stand.pass(240);
    assert_eq!(look(&gateway, &begun).await.session.unwrap(), first);

    stand.pass(90);
    let flow_id = begun.flow.unwrap().flow_id;
    let late = pb::GetSignInRequest {
        flow_id,
        flow_token: begun.flow_token,
    };
    assert_eq!(
        refusal(SignIns::new(gateway).get_sign_in(late).await).code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn another_flow_token_learns_nothing() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let (begun, other) = (begin(&gateway, STAFF).await, begin(&gateway, STAFF).await);
    let flow_id = begun.flow.unwrap().flow_id;
    let mut sign_ins = SignIns::new(gateway);
    for flow_token in [other.flow_token, "x".to_owned(), String::new()] {
        let request = pb::GetSignInRequest {
            flow_id: flow_id.clone(),
            flow_token: flow_token.clone(),
        };
        assert_eq!(
            refusal(sign_ins.get_sign_in(request).await).code(),
            Code::NotFound
        );
        let request = pb::CancelSignInRequest {
            flow_id: flow_id.clone(),
            flow_token,
        };
        assert_eq!(
            refusal(sign_ins.cancel_sign_in(request).await).code(),
            Code::NotFound
        );
    }
}

#[tokio::test]
async fn of_two_replicas_one_collects_each_order() {
    let stand = Stand::with_replicas(2).await;
    let gateway = stand.channel("gateway").await;
    for person in ["alva", "bertil", "cilla", "david", "elin"] {
        let begun = begin(&gateway, STAFF).await;
        scan(&stand, &gateway, &begun, person, PhoneAction::Approve).await;
        assert_eq!(ended(&stand, &begun).await.0, pb::FlowState::Complete, "{person}");
    }
    assert_eq!(sessions(&stand).await, 5);
}

#[tokio::test]
async fn an_answer_that_was_lost_ends_in_start_again() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    stand.hold_collectors();
    let begun = begin(&gateway, STAFF).await;
    let qr_text = begun.flow.clone().unwrap().qr_text;
    stand
        .bankid
        .scan(&qr_text, "alva", PhoneAction::Approve)
        .await
        .unwrap();
    let effect = Effect::DropConnection;
    stand.bankid.add_fault(Fault {
        endpoint: Some(Endpoint::Collect),
        effect,
        when: When::After,
        times: Some(1),
        skip: 0,
    });

    stand.release_collectors();

    assert_eq!(
        ended(&stand, &begun).await,
        (pb::FlowState::Failed, pb::BankidMessage::StartAgain)
    );
}

#[tokio::test]
async fn trouble_at_bankid_while_collecting_is_waited_out() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    let effect = Effect::Maintenance { lower_case: true };
    let fault = Fault {
        endpoint: Some(Endpoint::Collect),
        effect,
        when: When::Before,
        times: Some(2),
        skip: 0,
    };
    stand.bankid.add_fault(fault);

    scan(&stand, &gateway, &begun, "alva", PhoneAction::Approve).await;

    assert_eq!(ended(&stand, &begun).await.0, pb::FlowState::Complete);
}

#[tokio::test]
async fn maintenance_at_the_start_is_told_with_its_message() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let effect = Effect::Maintenance { lower_case: false };
    stand.bankid.add_fault(Fault {
        endpoint: Some(Endpoint::Auth),
        effect,
        when: When::Before,
        times: None,
        skip: 0,
    });

    let request = pb::StartSignInRequest {
        portal: 1,
        device: 1,
        ..Default::default()
    };
    let refused = refusal(SignIns::new(gateway).start_sign_in(from_browser(request)).await);

    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Unavailable, ErrorReason::BankidFailed)
    );
    assert_eq!(
        refused.metadata()["message_key"],
        "BANKID_MESSAGE_TECHNICAL_PROBLEM"
    );
}

#[tokio::test]
async fn one_address_cannot_start_without_end() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let mut sign_ins = SignIns::new(gateway);
    let mut refused = None;
    for _ in 0..42 {
        let request = pb::StartSignInRequest {
            portal: 1,
            device: 1,
            ..Default::default()
        };
        if let Err(status) = sign_ins.start_sign_in(from_browser(request)).await {
            refused = Some(platform::grpc::Rejection::from_status(&status));
            break;
        }
    }
    let refused = refused.expect("the limit holds");
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Exhausted, ErrorReason::RateLimited)
    );
    assert!(refused.retry_delay().is_some());
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_started() {
    let stand = Stand::new().await;
    let mut sign_ins = SignIns::new(stand.channel("gateway").await);
    let request = pb::StartSignInRequest {
        portal: 0,
        device: 77,
        language: 0,
        return_url: "ftp://x".into(),
    };

    let refused = refusal(sign_ins.start_sign_in(from_browser(request)).await);

    assert_eq!(
        violations(&refused),
        [
            ("portal".to_owned(), ErrorReason::FieldRequired),
            ("device".to_owned(), ErrorReason::FieldUnknownValue),
            ("return_url".to_owned(), ErrorReason::FieldMalformed),
        ]
    );
}

fn token_of(qr_text: &str) -> String {
    qr_text.split('.').nth(1).unwrap_or_default().to_owned()
}

pub async fn sessions(stand: &Stand) -> i64 {
    sqlx::query_scalar("select count(*) from sessions")
        .fetch_one(&stand.pool().await)
        .await
        .unwrap()
}
