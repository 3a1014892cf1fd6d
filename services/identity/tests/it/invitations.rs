//! Invitations, from the call to the message and the link.

use messages_simulator::{Channel as Way, Mode, Sent, Switch};
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::invitation_service_client::InvitationServiceClient;
use support::eventually;
use tonic::transport::Channel;
use uuid::Uuid;

use crate::stand::{DEADLINE, Stand, refusal};

const SOON: i64 = 7 * 24 * 3600;

type Invitations = InvitationServiceClient<Channel>;

fn to(stand: &Stand, email: &str, mobile: &str) -> pb::InviteRequest {
    use platform::clock::Clock as _;
    pb::InviteRequest {
        invitation_id: Uuid::from_u128(1).to_string(),
        kind: pb::InvitationKind::Nomination.into(),
        subject_id: Uuid::from_u128(2).to_string(),
        email: email.to_owned(),
        mobile: mobile.to_owned(),
        language: proto::types::v1::Language::Sv.into(),
        expires_at: Some(prost_types::Timestamp {
            seconds: stand.clock.now().as_second() + SOON,
            nanos: 0,
        }),
    }
}

async fn message(stand: &Stand) -> Sent {
    eventually(DEADLINE, || async {
        stand.messages.mailbox().all().first().cloned()
    })
    .await
}

fn secret_of(sent: &Sent) -> String {
    let (_, rest) = sent
        .text
        .split_once("invitation#")
        .expect("the message holds the link");
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn open(stand: &Stand, link_secret: &str) -> Result<pb::OpenInvitationResponse, tonic::Status> {
    let request = pb::OpenInvitationRequest {
        link_secret: link_secret.to_owned(),
    };
    let mut invitations = Invitations::new(stand.channel("gateway").await);
    invitations
        .open_invitation(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn state(invitations: &mut Invitations) -> pb::InvitationState {
    let request = pb::GetInvitationRequest {
        invitation_id: Uuid::from_u128(1).to_string(),
    };
    invitations
        .get_invitation(request)
        .await
        .unwrap()
        .into_inner()
        .state()
}

#[tokio::test]
async fn an_invitation_goes_out_once_by_mail_with_a_link_that_leads_to_its_subject() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    let request = to(&stand, "nominerad@exempel.example", "");
    invitations.invite(request.clone()).await.unwrap();
    let sent = message(&stand).await;
    invitations.invite(request).await.unwrap();

    assert_eq!(
        (sent.channel, sent.to.as_str()),
        (Way::Mail, "nominerad@exempel.example")
    );
    let opened = open(&stand, &secret_of(&sent)).await.unwrap();
    assert_eq!(opened.subject_id, Uuid::from_u128(2).to_string());
    eventually(DEADLINE, || async {
        state(&mut invitations.clone()).await == pb::InvitationState::Sent
    })
    .await;
    assert_eq!(stand.messages.mailbox().all().len(), 1);
}

#[tokio::test]
async fn an_invitation_goes_out_as_text_message() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations.invite(to(&stand, "", "+46701740605")).await.unwrap();
    let sent = message(&stand).await;
    assert_eq!((sent.channel, sent.to.as_str()), (Way::Sms, "+46701740605"));
    open(&stand, &secret_of(&sent)).await.unwrap();
}

#[tokio::test]
async fn other_content_under_the_same_id_is_refused() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations
        .invite(to(&stand, "a@exempel.example", ""))
        .await
        .unwrap();
    let refused = refusal(invitations.invite(to(&stand, "b@exempel.example", "")).await);
    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Invalid, ErrorReason::RequestIdReused)
    );
}

#[tokio::test]
async fn an_invitation_is_tried_again_while_the_service_is_down() {
    let stand = Stand::new().await;
    stand.messages.switches().set_sms(Switch {
        mode: Mode::Down,
        ..Switch::default()
    });
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations.invite(to(&stand, "", "+46701740605")).await.unwrap();
    let pool = stand.pool().await;
    let failed = "select count(*) from platform.jobs where kind = 'identity.send_invitation' and attempts >= 1 and last_reason is not null";
    eventually(DEADLINE, || async {
        sqlx::query_scalar::<_, i64>(failed)
            .fetch_one(&pool)
            .await
            .unwrap()
            == 1
    })
    .await;
    assert_eq!(state(&mut invitations).await, pb::InvitationState::Queued);

    stand.messages.switches().set_sms(Switch::default());
    stand.pass(10);

    message(&stand).await;
}

#[tokio::test]
async fn an_address_that_refuses_is_given_up() {
    let stand = Stand::new().await;
    stand.messages.switches().set_sms(Switch {
        mode: Mode::Reject,
        ..Switch::default()
    });
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations.invite(to(&stand, "", "+46701740605")).await.unwrap();
    eventually(DEADLINE, || async {
        state(&mut invitations.clone()).await == pb::InvitationState::Failed
    })
    .await;
}

#[tokio::test]
async fn an_expired_link_says_so() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations
        .invite(to(&stand, "a@exempel.example", ""))
        .await
        .unwrap();
    let secret = secret_of(&message(&stand).await);

    stand.pass(SOON + 1);

    assert_eq!(
        refusal(open(&stand, &secret).await).reason(),
        ErrorReason::LinkExpired
    );
    assert_eq!(state(&mut invitations).await, pb::InvitationState::Expired);
}

#[tokio::test]
async fn a_used_link_says_so() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations
        .invite(to(&stand, "a@exempel.example", ""))
        .await
        .unwrap();
    let secret = secret_of(&message(&stand).await);
    let used = pb::UseInvitationRequest {
        invitation_id: Uuid::from_u128(1).to_string(),
        person_id: String::new(),
    };
    invitations.use_invitation(used.clone()).await.unwrap();
    invitations.use_invitation(used).await.unwrap();
    assert_eq!(
        refusal(open(&stand, &secret).await).reason(),
        ErrorReason::LinkUsed
    );
}

#[tokio::test]
async fn a_cancelled_link_is_void_and_another_service_cannot_cancel() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations
        .invite(to(&stand, "a@exempel.example", ""))
        .await
        .unwrap();
    let secret = secret_of(&message(&stand).await);
    let cancel = pb::CancelInvitationRequest {
        invitation_id: Uuid::from_u128(1).to_string(),
    };
    let mut others = Invitations::new(stand.channel("participants").await);
    assert_eq!(
        refusal(others.cancel_invitation(cancel.clone()).await).code(),
        Code::NotFound
    );

    invitations.cancel_invitation(cancel.clone()).await.unwrap();
    invitations.cancel_invitation(cancel).await.unwrap();

    assert_eq!(
        refusal(open(&stand, &secret).await).reason(),
        ErrorReason::LinkExpired
    );
    assert_eq!(refusal(open(&stand, "wrong").await).code(), Code::NotFound);
}

#[tokio::test]
async fn an_invitation_that_comes_after_its_cancelling_is_not_sent() {
    let stand = Stand::new().await;
    let mut invitations = Invitations::new(stand.channel("staff").await);
    let cancel = pb::CancelInvitationRequest {
        invitation_id: Uuid::from_u128(1).to_string(),
    };
    invitations.cancel_invitation(cancel.clone()).await.unwrap();
    invitations.cancel_invitation(cancel.clone()).await.unwrap();

    let late = to(&stand, "a@exempel.example", "");
    for _ in 0..2 {
        let answer = invitations.invite(late.clone()).await.unwrap().into_inner();
        assert_eq!(answer.state(), pb::InvitationState::Cancelled);
    }
    invitations.cancel_invitation(cancel).await.unwrap();

    assert_eq!(state(&mut invitations).await, pb::InvitationState::Cancelled);
    let jobs = "select count(*) from platform.jobs where kind = 'identity.send_invitation'";
    let jobs: i64 = sqlx::query_scalar(jobs)
        .fetch_one(&stand.pool().await)
        .await
        .unwrap();
    assert_eq!(jobs, 0);
}

#[tokio::test]
async fn the_cancelling_of_another_service_voids_nothing_that_comes() {
    let stand = Stand::new().await;
    let mut others = Invitations::new(stand.channel("participants").await);
    let cancel = pb::CancelInvitationRequest {
        invitation_id: Uuid::from_u128(1).to_string(),
    };
    others.cancel_invitation(cancel).await.unwrap();
    let mut invitations = Invitations::new(stand.channel("staff").await);
    invitations
        .invite(to(&stand, "a@exempel.example", ""))
        .await
        .unwrap();
    message(&stand).await;
}
