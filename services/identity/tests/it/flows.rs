//! Signing in, as the tests of everything else need it.

use bankid_simulator::PhoneAction;
use proto::identity::v1 as pb;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::identity::v1::sign_in_service_client::SignInServiceClient;
use support::eventually;
use tonic::transport::Channel;

use crate::stand::{DEADLINE, Stand, from_browser};

pub type SignIns = SignInServiceClient<Channel>;

/// A signed-in person.
pub struct SignedIn {
    pub access_token: String,
    pub session: pb::Session,
}

/// A sign-in on another device that has begun.
pub async fn begin(gateway: &Channel, portal: pb::Portal) -> pb::StartSignInResponse {
    begin_on(gateway, portal, pb::Device::Other).await
}

pub async fn begin_on(gateway: &Channel, portal: pb::Portal, device: pb::Device) -> pb::StartSignInResponse {
    let request = pb::StartSignInRequest {
        portal: portal.into(),
        device: device.into(),
        ..Default::default()
    };
    SignIns::new(gateway.clone())
        .start_sign_in(from_browser(request))
        .await
        .unwrap()
        .into_inner()
}

/// How far a sign-in has come.
pub async fn look(gateway: &Channel, begun: &pb::StartSignInResponse) -> pb::GetSignInResponse {
    let flow_id = begun.flow.as_ref().unwrap().flow_id.clone();
    let request = pb::GetSignInRequest {
        flow_id,
        flow_token: begun.flow_token.clone(),
    };
    SignIns::new(gateway.clone())
        .get_sign_in(request)
        .await
        .unwrap()
        .into_inner()
}

/// The flow once it is over.
pub async fn finished(gateway: &Channel, begun: &pb::StartSignInResponse) -> pb::GetSignInResponse {
    eventually(DEADLINE, || async {
        let answer = look(gateway, begun).await;
        let state = answer.flow.as_ref().unwrap().state();
        (state != pb::FlowState::Pending).then_some(answer)
    })
    .await
}

/// Scans the code of this second and does something with it.
pub async fn scan(
    stand: &Stand,
    gateway: &Channel,
    begun: &pb::StartSignInResponse,
    person: &str,
    action: PhoneAction,
) {
    let qr_text = look(gateway, begun).await.flow.unwrap().qr_text;
    stand.bankid.scan(&qr_text, person, action).await.unwrap();
}

/// Signs a person of the simulator in.
pub async fn sign_in(stand: &Stand, gateway: &Channel, portal: pb::Portal, person: &str) -> SignedIn {
    let begun = begin(gateway, portal).await;
    scan(stand, gateway, &begun, person, PhoneAction::Approve).await;
    let session = finished(gateway, &begun)
        .await
        .session
        .expect("the sign-in completed");
    let access_token = exchange(gateway, &session.reference_token)
        .await
        .unwrap()
        .access_token;
    SignedIn {
        access_token,
        session,
    }
}

/// Exchanges a reference token.
pub async fn exchange(gateway: &Channel, token: &str) -> Result<pb::ExchangeSessionResponse, tonic::Status> {
    let request = pb::ExchangeSessionRequest {
        reference_token: token.to_owned(),
    };
    SessionServiceClient::new(gateway.clone())
        .exchange_session(request)
        .await
        .map(tonic::Response::into_inner)
}
