//! What a completed order must stand before anybody is signed in: BankID's judgement of its risk, and, on the same device,
//! where it was answered.

use bankid_simulator::{PhoneAction, PhoneBody};
use proto::identity::v1 as pb;

use crate::flows::{begin, begin_on, look, scan};
use crate::sign_in::{ended, sessions};
use crate::stand::Stand;

const STAFF: pb::Portal = pb::Portal::Staff;

#[tokio::test]
async fn a_start_link_that_was_opened_elsewhere_signs_nobody_in() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin_on(&gateway, STAFF, pb::Device::SameMobile).await;

    let elsewhere = PhoneBody {
        auto_start_token: Some(begun.flow.clone().unwrap().autostart_token),
        ..approved_elsewhere("bertil")
    };
    stand.bankid.phone(elsewhere).await.unwrap();

    assert_eq!(
        ended(&stand, &begun).await,
        (pb::FlowState::Failed, pb::BankidMessage::StartAgain)
    );
    assert_eq!(sessions(&stand).await, 0);
}

#[tokio::test]
async fn a_phone_that_scans_may_be_elsewhere() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let begun = begin(&gateway, STAFF).await;
    let qr = Some(look(&gateway, &begun).await.flow.unwrap().qr_text);
    let elsewhere = PhoneBody {
        qr,
        ..approved_elsewhere("bertil")
    };
    stand.bankid.phone(elsewhere).await.unwrap();
    assert_eq!(ended(&stand, &begun).await.0, pb::FlowState::Complete);
}

#[tokio::test]
async fn an_order_that_bankid_takes_for_risky_signs_nobody_in() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    for person in ["ida", "jonas"] {
        let begun = begin(&gateway, STAFF).await;
        scan(&stand, &gateway, &begun, person, PhoneAction::Approve).await;
        assert_eq!(
            ended(&stand, &begun).await,
            (pb::FlowState::Failed, pb::BankidMessage::RiskBlocked),
            "{person}"
        );
    }
    assert_eq!(sessions(&stand).await, 0);
}

fn approved_elsewhere(person: &str) -> PhoneBody {
    PhoneBody {
        person: person.to_owned(),
        action: PhoneAction::Approve,
        device_ip: Some("203.0.113.9".parse().unwrap()),
        ..Default::default()
    }
}
