//! Signing documents of other contexts.

use bankid_simulator::PhoneAction;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::person_service_client::PersonServiceClient;
use proto::identity::v1::signing_service_client::SigningServiceClient;
use support::eventually;
use tonic::transport::Channel;
use uuid::Uuid;

use crate::flows::{SignedIn, sign_in};
use crate::stand::{DEADLINE, Stand, refusal, signed_in};

type Signings = SigningServiceClient<Channel>;

struct Desk {
    stand: Stand,
    gateway: Channel,
    attendance: Signings,
    alva: SignedIn,
    alva_id: String,
}

impl Desk {
    async fn new() -> Self {
        Self::at(Stand::new().await).await
    }

    async fn at(stand: Stand) -> Self {
        let gateway = stand.channel("gateway").await;
        let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
        let attendance = Signings::new(stand.channel("attendance").await);
        let alva_id = person(&stand, "19450312-9803").await;
        Self {
            stand,
            gateway,
            attendance,
            alva,
            alva_id,
        }
    }

    fn document(id: u128, person_id: &str) -> pb::PrepareSignatureRequest {
        pb::PrepareSignatureRequest {
            signature_id: Uuid::from_u128(id).to_string(),
            kind: "statement".to_owned(),
            document_id: Uuid::from_u128(id + 100).to_string(),
            document_hash: vec![u8::try_from(id).unwrap(); 32].into(),
            visible_text: format!("Text {id}"),
            person_id: person_id.to_owned(),
            context: "attendance".to_owned(),
        }
    }

    async fn prepare(&self, id: u128) -> String {
        let document = Self::document(id, &self.alva_id);
        self.attendance.clone().prepare_signature(document).await.unwrap();
        Uuid::from_u128(id).to_string()
    }

    async fn start(&self, token: &str, signature_ids: Vec<String>) -> Result<pb::BankidFlow, tonic::Status> {
        let request = pb::StartSigningRequest {
            signature_ids,
            device: 1,
            ..Default::default()
        };
        let answer = Signings::new(self.gateway.clone())
            .start_signing(signed_in(token, request))
            .await?;
        Ok(answer.into_inner().flow.unwrap())
    }

    async fn look(&self, token: &str, flow_id: &str) -> Result<pb::BankidFlow, tonic::Status> {
        let request = pb::GetSigningRequest {
            flow_id: flow_id.to_owned(),
        };
        let answer = Signings::new(self.gateway.clone())
            .get_signing(signed_in(token, request))
            .await?;
        Ok(answer.into_inner().flow.unwrap())
    }

    async fn finished(&self, flow_id: &str) -> (pb::FlowState, pb::BankidMessage) {
        let flow = eventually(DEADLINE, || async {
            let flow = self.look(&self.alva.access_token, flow_id).await.unwrap();
            (flow.state() != pb::FlowState::Pending).then_some(flow)
        })
        .await;
        (flow.state(), flow.message())
    }

    async fn signature(&self, signature_id: &str) -> pb::GetSignatureResponse {
        let request = pb::GetSignatureRequest {
            signature_id: signature_id.to_owned(),
        };
        self.attendance
            .clone()
            .get_signature(request)
            .await
            .unwrap()
            .into_inner()
    }
}

async fn person(stand: &Stand, number: &str) -> String {
    let request = pb::RegisterPersonsRequest {
        numbers: vec![number.to_owned()],
    };
    let mut persons = PersonServiceClient::new(stand.channel("staff").await);
    persons
        .register_persons(request)
        .await
        .unwrap()
        .into_inner()
        .person_ids
        .remove(0)
}

#[tokio::test]
async fn one_order_signs_several_documents_with_their_texts_in_order() {
    let desk = Desk::new().await;
    let ids = vec![desk.prepare(2).await, desk.prepare(1).await];
    let flow = desk.start(&desk.alva.access_token, ids.clone()).await.unwrap();

    let order = desk
        .stand
        .bankid
        .scan(&flow.qr_text, "alva", PhoneAction::Approve)
        .await
        .unwrap();

    assert_eq!(
        order.visible_text.as_deref(),
        Some("Du skriver under:\n\nText 2\n\nText 1")
    );
    assert_eq!(
        desk.finished(&flow.flow_id).await,
        (pb::FlowState::Complete, pb::BankidMessage::Unspecified)
    );
    for id in &ids {
        let signature = desk.signature(id).await;
        assert_eq!(signature.state(), pb::SignatureState::Signed);
        assert!(signature.started_at.is_some() && signature.signed_at.is_some());
    }
    let evidence = "select count(*) from signature_evidence";
    let evidence: i64 = sqlx::query_scalar(evidence)
        .fetch_one(&desk.stand.pool().await)
        .await
        .unwrap();
    let records = "select count(*) from platform.outbox where topic = 'identity.signature.v1'";
    let records: i64 = sqlx::query_scalar(records)
        .fetch_one(&desk.stand.pool().await)
        .await
        .unwrap();
    assert_eq!((evidence, records), (1, 4));
    assert_eq!(
        refusal(desk.start(&desk.alva.access_token, ids).await).reason(),
        ErrorReason::SignatureAlreadyDone
    );
}

#[tokio::test]
async fn another_persons_bankid_does_not_sign() {
    let desk = Desk::new().await;
    let id = desk.prepare(1).await;
    let flow = desk
        .start(&desk.alva.access_token, vec![id.clone()])
        .await
        .unwrap();

    desk.stand
        .bankid
        .scan(&flow.qr_text, "bertil", PhoneAction::Approve)
        .await
        .unwrap();

    assert_eq!(desk.finished(&flow.flow_id).await.0, pb::FlowState::Failed);
    assert_eq!(desk.signature(&id).await.state(), pb::SignatureState::Prepared);
}

#[tokio::test]
async fn nobody_starts_the_signing_of_somebody_elses_document() {
    let desk = Desk::new().await;
    let bertil = person(&desk.stand, "19571105-9815").await;
    desk.attendance
        .clone()
        .prepare_signature(Desk::document(7, &bertil))
        .await
        .unwrap();

    let refused = refusal(
        desk.start(&desk.alva.access_token, vec![Uuid::from_u128(7).to_string()])
            .await,
    );

    let unknown = Uuid::from_u128(8).to_string();
    let unknown = refusal(desk.start(&desk.alva.access_token, vec![unknown]).await);
    assert_eq!(refused.code(), Code::NotFound);
    assert_eq!(
        (refused.reason(), refused.metadata()),
        (unknown.reason(), unknown.metadata())
    );
}

#[tokio::test]
async fn another_session_never_learns_of_a_signing() {
    let desk = Desk::new().await;
    let flow = desk
        .start(&desk.alva.access_token, vec![desk.prepare(1).await])
        .await
        .unwrap();
    let same_person = sign_in(&desk.stand, &desk.gateway, pb::Portal::Participant, "alva").await;
    let other = sign_in(&desk.stand, &desk.gateway, pb::Portal::Participant, "bertil").await;
    for token in [same_person.access_token, other.access_token] {
        assert_eq!(
            refusal(desk.look(&token, &flow.flow_id).await).code(),
            Code::NotFound
        );
    }
}

#[tokio::test]
async fn preparing_again_changes_nothing_and_other_content_is_refused() {
    let desk = Desk::new().await;
    desk.prepare(1).await;
    desk.prepare(1).await;
    let mut attendance = desk.attendance.clone();
    let document = Desk::document(1, &desk.alva_id);
    let other_hash = pb::PrepareSignatureRequest {
        document_hash: vec![9; 32].into(),
        ..document.clone()
    };
    let other_text = pb::PrepareSignatureRequest {
        visible_text: "Annat".to_owned(),
        ..document
    };
    for other in [other_hash, other_text] {
        let refused = refusal(attendance.prepare_signature(other).await);
        assert_eq!(refused.reason(), ErrorReason::SignatureContentDiffers);
    }
}

#[tokio::test]
async fn one_order_takes_five_documents_at_most() {
    let desk = Desk::new().await;
    let mut ids = Vec::new();
    for id in 1..=6 {
        ids.push(desk.prepare(id).await);
    }
    let refused = refusal(desk.start(&desk.alva.access_token, ids).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::TooManyDocuments);
}

#[tokio::test]
async fn each_document_has_an_order_of_its_own_where_several_together_are_not_offered() {
    let desk = Desk::at(Stand::without_additions().await).await;
    let ids = vec![desk.prepare(1).await, desk.prepare(2).await];
    let refused = refusal(desk.start(&desk.alva.access_token, ids.clone()).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::TooManyDocuments);
    for id in ids {
        desk.start(&desk.alva.access_token, vec![id]).await.unwrap();
    }
}

#[tokio::test]
async fn a_signature_is_read_by_the_context_that_asked_alone() {
    let desk = Desk::new().await;
    let signature_id = desk.prepare(1).await;
    let mut consent = Signings::new(desk.stand.channel("consent").await);
    let refused = refusal(
        consent
            .get_signature(pb::GetSignatureRequest { signature_id })
            .await,
    );
    assert_eq!(refused.code(), Code::NotFound);
}
