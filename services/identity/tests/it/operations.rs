//! What operators do with identity's own topics.

use proto::identity::v1 as pb;
use proto::operations::v1::RepublishTopicRequest;
use proto::operations::v1::operations_service_client::OperationsServiceClient;
use support::eventually;
use uuid::Uuid;

use crate::flows::sign_in;
use crate::stand::{DEADLINE, Stand, operator};

#[tokio::test]
async fn every_person_is_written_out_again_with_a_newer_revision() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let token = sign_in(&stand, &gateway, pb::Portal::Staff, "alva")
        .await
        .access_token;
    sign_in(&stand, &gateway, pb::Portal::Staff, "bertil").await;

    let request = RepublishTopicRequest {
        request_id: Uuid::from_u128(3).to_string(),
        topic: "identity.person.v1".to_owned(),
    };
    let mut operations = OperationsServiceClient::new(gateway);
    operations
        .republish_topic(operator(&token, request))
        .await
        .unwrap();

    let pool = stand.pool().await;
    let again = "select count(*) from platform.outbox where topic = 'identity.person.v1' and n = 2 and payload is not null";
    eventually(DEADLINE, || async {
        sqlx::query_scalar::<_, i64>(again)
            .fetch_one(&pool)
            .await
            .unwrap()
            == 2
    })
    .await;
}
