//! Systems of suppliers: their certificate, and what they may reach.

use bytes::Bytes;
use platform::auth::Principal;
use serde_json::json;
use support::ca::Authority;

use crate::stand::{Browser, Stand};

const TOKEN: &str = "/deltaga.identity.v1.ClientService/IssueToken";
const ORGANISATION: &str = "/deltaga.staff.v1.RegisterService/GetOrganisation";

async fn with_token(stand: &Stand, name: &str) -> Browser {
    let mut supplier = stand.supplier(&stand.authority.client(name).unwrap());
    let issued = supplier.json(TOKEN, &json!({})).await;
    assert_eq!(issued.status, 200, "{issued:?}");
    let token = issued.json()["accessToken"].as_str().unwrap().to_owned();
    supplier.with("authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn a_certificate_is_worth_a_token_and_the_token_a_call() {
    let stand = Stand::new().await;
    let certificate = stand.authority.client("a supplier").unwrap();

    let answer = with_token(&stand, "a supplier")
        .await
        .json(ORGANISATION, &json!({ "organisationId": "o" }))
        .await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let call = stand.staff.last("RegisterService/GetOrganisation");
    assert!(matches!(call.principal, Principal::SupplierClient(_)));
    assert_eq!(
        call.header("deltaga-client-certificate"),
        Some(certificate.thumbprint().unwrap().as_str())
    );
}

#[tokio::test]
async fn the_thumbprint_is_the_one_that_was_seen_whatever_the_headers_say() {
    let stand = Stand::new().await;
    let other = stand.authority.client("another").unwrap().thumbprint().unwrap();
    let own = stand.authority.client("a supplier").unwrap();

    stand
        .supplier(&own)
        .with("deltaga-client-certificate", &other)
        .json(TOKEN, &json!({}))
        .await;

    let call = stand.identity.last("ClientService/IssueToken");
    assert_eq!(
        call.header("deltaga-client-certificate"),
        Some(own.thumbprint().unwrap().as_str())
    );
}

#[tokio::test]
async fn a_token_in_other_hands_is_worth_nothing() {
    let stand = Stand::new().await;
    let owner = with_token(&stand, "a supplier").await;
    let mut thief = stand.supplier(&stand.authority.client("a thief").unwrap());
    thief.headers.clone_from(&owner.headers);

    let answer = thief.json(ORGANISATION, &json!({ "organisationId": "o" })).await;

    assert_eq!(answer.status, 401);
    assert!(stand.staff.calls("RegisterService/GetOrganisation").is_empty());
}

#[tokio::test]
async fn a_persons_token_is_worth_nothing_beside_a_certificate() {
    let stand = Stand::new().await;
    let bearer = format!("Bearer {}", stand.tokens.person(1));
    let supplier = stand.supplier(&stand.authority.client("a supplier").unwrap());

    let answer = supplier
        .with("authorization", &bearer)
        .json(ORGANISATION, &json!({ "organisationId": "o" }))
        .await;

    assert_eq!(answer.status, 401);
    assert!(stand.staff.calls("RegisterService/GetOrganisation").is_empty());
}

#[tokio::test]
async fn a_client_without_our_certificate_does_not_get_in() {
    let stand = Stand::new().await;
    let foreign = Authority::open(stand.folder().join("foreign")).unwrap();
    let mut certificate = foreign.client("a stranger").unwrap();
    certificate.ca_file = stand.authority.ca_file();

    let answer = stand
        .supplier(&certificate)
        .send("POST", TOKEN, Some("application/json"), Bytes::from_static(b"{}"))
        .await;

    assert!(answer.is_err());
    assert!(stand.identity.calls("ClientService/IssueToken").is_empty());
}

#[tokio::test]
async fn the_port_for_suppliers_speaks_no_plain_http() {
    let stand = Stand::new().await;
    let port = stand.running.address("suppliers").unwrap().port();

    let answer = Browser::plain(&format!("http://127.0.0.1:{port}"))
        .send("POST", TOKEN, Some("application/json"), Bytes::from_static(b"{}"))
        .await;

    assert!(answer.is_err());
}

#[tokio::test]
async fn what_is_for_people_is_not_behind_the_suppliers_door() {
    let stand = Stand::new().await;
    let mut supplier = with_token(&stand, "a supplier").await;

    for path in [
        "/deltaga.staff.v1.AccountService/ListMyAccounts",
        "/deltaga.identity.v1.SignInService/StartSignIn",
        "/deltaga.identity.v1.SessionService/SignOut",
    ] {
        assert_eq!(supplier.json(path, &json!({})).await.status, 404, "{path}");
    }
    assert_eq!(supplier.get("/session").await.status, 404);
}

#[tokio::test]
async fn uploads_go_to_the_service_that_is_named() {
    let stand = Stand::new().await;
    let mut supplier = with_token(&stand, "a supplier").await;

    let answer = supplier
        .json(
            "/staff/deltaga.uploads.v1.UploadService/UploadChunk",
            &json!({ "content": "YWJj" }),
        )
        .await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(stand.staff.calls("UploadService/UploadChunk").len(), 1);
}
