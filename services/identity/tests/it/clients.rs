//! Machine clients.

use platform::auth::token::{ClientKind, Subject};
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::client_service_client::ClientServiceClient;
use proto::identity::v1::person_service_client::PersonServiceClient;
use uuid::Uuid;

use crate::flows::sign_in;
use crate::sessions::verified;
use crate::stand::{Stand, operator, refusal, signed_in};

fn registration(stand: &Stand, name: &str) -> pb::RegisterClientRequest {
    pb::RegisterClientRequest {
        request_id: Uuid::from_u128(77).to_string(),
        display_name: name.to_owned(),
        kind: pb::ClientKind::Agency.into(),
        organisation_id: Uuid::from_u128(5).to_string(),
        certificate_pem: stand.authority.client(name).unwrap().certificate_pem().unwrap(),
    }
}

#[tokio::test]
async fn a_registered_certificate_gets_a_token_that_is_bound_to_it() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let token = sign_in(&stand, &gateway, pb::Portal::Staff, "alva")
        .await
        .access_token;
    let mut clients = ClientServiceClient::new(gateway.clone());
    let request = registration(&stand, "agency");
    let client = clients
        .register_client(operator(&token, request.clone()))
        .await
        .unwrap()
        .into_inner()
        .client
        .unwrap();
    let again = clients
        .register_client(operator(&token, request))
        .await
        .unwrap()
        .into_inner()
        .client
        .unwrap();
    assert_eq!(client, again);

    let machine = stand.client_channel("agency").await;
    let issued = ClientServiceClient::new(machine.clone())
        .issue_token(pb::IssueTokenRequest {})
        .await
        .unwrap();
    let issued = issued.into_inner().access_token;

    let Subject::Client {
        kind,
        client_id,
        certificate,
        ..
    } = verified(&gateway, &issued).await.subject
    else {
        panic!("not a client's token")
    };
    assert_eq!(
        (kind, client_id.to_string()),
        (ClientKind::Agency, client.client_id)
    );
    assert_eq!(certificate.to_string(), client.certificate_thumbprint);
    let numbers = pb::RegisterPersonsRequest {
        numbers: vec!["19850709-9854".to_owned()],
    };
    PersonServiceClient::new(machine)
        .register_persons(signed_in(&issued, numbers.clone()))
        .await
        .unwrap();
    let other = stand.client_channel("other").await;
    let stolen = PersonServiceClient::new(other)
        .register_persons(signed_in(&issued, numbers))
        .await;
    assert_eq!(refusal(stolen).code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_removed_client_gets_no_token() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let token = sign_in(&stand, &gateway, pb::Portal::Staff, "alva")
        .await
        .access_token;
    let mut clients = ClientServiceClient::new(gateway);
    let request = operator(&token, registration(&stand, "agency"));
    let client = clients
        .register_client(request)
        .await
        .unwrap()
        .into_inner()
        .client
        .unwrap();
    let remove = pb::RemoveClientRequest {
        client_id: client.client_id,
    };
    clients
        .remove_client(operator(&token, remove.clone()))
        .await
        .unwrap();
    clients.remove_client(operator(&token, remove)).await.unwrap();

    let machine = stand.client_channel("agency").await;
    let refused = refusal(
        ClientServiceClient::new(machine)
            .issue_token(pb::IssueTokenRequest {})
            .await,
    );

    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Unauthenticated, ErrorReason::ClientUnknown)
    );
    let list = operator(&token, pb::ListClientsRequest { page: None });
    assert!(
        clients.list_clients(list).await.unwrap().into_inner().clients[0]
            .removed_at
            .is_some()
    );
}

#[tokio::test]
async fn a_certificate_belongs_to_one_client() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let token = sign_in(&stand, &gateway, pb::Portal::Staff, "alva")
        .await
        .access_token;
    let mut clients = ClientServiceClient::new(gateway);
    let first = registration(&stand, "agency");
    let second = pb::RegisterClientRequest {
        request_id: Uuid::from_u128(78).to_string(),
        ..first.clone()
    };
    clients.register_client(operator(&token, first)).await.unwrap();

    let refused = refusal(clients.register_client(operator(&token, second)).await);

    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::AlreadyExists, ErrorReason::CertificateTaken)
    );
}

#[tokio::test]
async fn without_an_operators_account_nobody_registers_clients() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let token = sign_in(&stand, &gateway, pb::Portal::Staff, "alva")
        .await
        .access_token;

    let request = signed_in(&token, registration(&stand, "agency"));
    let refused = refusal(ClientServiceClient::new(gateway).register_client(request).await);

    assert_eq!(refused.code(), Code::Forbidden);
}
