//! Own contact points.

use futures::future::join_all;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::contact_service_client::ContactServiceClient;
use proto::types::v1::Language;
use serde_json::{Value, json};
use tonic::transport::Channel;
use uuid::Uuid;

use crate::flows::sign_in;
use crate::stand::{Stand, refusal, signed_in, violations};

pub const EMAIL: &str = "provia@exempel.example";
pub const PHONE: &str = "+46701740605";

/// Gives both addresses for the first time.
pub async fn give_contacts(gateway: &Channel, token: &str) -> pb::OwnContacts {
    update(gateway, token, 1, both(Language::En, "")).await.unwrap()
}

fn both(language: Language, etag: &str) -> pb::OwnContacts {
    pb::OwnContacts {
        email: EMAIL.to_owned(),
        phone: "+46 70-174 06 05".to_owned(),
        language: language.into(),
        reminders: true,
        etag: etag.to_owned(),
        changed_at: None,
    }
}

async fn update(
    gateway: &Channel,
    token: &str,
    request_id: u128,
    contacts: pb::OwnContacts,
) -> Result<pb::OwnContacts, tonic::Status> {
    let request = pb::UpdateOwnContactsRequest {
        request_id: Uuid::from_u128(request_id).to_string(),
        contacts: Some(contacts),
    };
    let answer = ContactServiceClient::new(gateway.clone())
        .update_own_contacts(signed_in(token, request))
        .await?;
    Ok(answer.into_inner().contacts.unwrap())
}

async fn read(gateway: &Channel, token: &str) -> pb::OwnContacts {
    let answer = ContactServiceClient::new(gateway.clone())
        .get_own_contacts(signed_in(token, pb::GetOwnContactsRequest {}))
        .await
        .unwrap();
    answer.into_inner().contacts.unwrap()
}

async fn audited(stand: &Stand) -> Vec<Value> {
    let lines =
        "select details from platform.audit_lines where action = 'identity.update_contacts' order by line_id";
    sqlx::query_scalar(lines)
        .fetch_all(&stand.pool().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn who_never_gave_any_has_none_and_is_written_to_in_swedish() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let nothing = pb::OwnContacts {
        language: Language::Sv.into(),
        ..Default::default()
    };
    assert_eq!(read(&gateway, &alva.access_token).await, nothing);
}

#[tokio::test]
async fn what_is_given_is_read_again_by_that_person_alone_and_audited_without_content() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let bertil = sign_in(&stand, &gateway, pb::Portal::Participant, "bertil").await;

    let given = give_contacts(&gateway, &alva.access_token).await;

    assert_eq!((given.email.as_str(), given.phone.as_str()), (EMAIL, PHONE));
    assert_eq!((given.language(), given.reminders), (Language::En, true));
    assert!(given.changed_at.is_some());
    assert_eq!(read(&gateway, &alva.access_token).await, given);
    assert_eq!(read(&gateway, &bertil.access_token).await.email, "");
    assert_eq!(
        audited(&stand).await,
        [json!({ "fields": ["email", "phone", "language", "reminders"] })]
    );
}

#[tokio::test]
async fn addresses_are_taken_back_by_leaving_them_out() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let given = give_contacts(&gateway, &alva.access_token).await;
    let none = pb::OwnContacts {
        etag: given.etag,
        ..Default::default()
    };

    update(&gateway, &alva.access_token, 2, none).await.unwrap();

    let left = read(&gateway, &alva.access_token).await;
    assert_eq!(
        (left.email.as_str(), left.phone.as_str(), left.reminders),
        ("", "", false)
    );
    let sealed = "select count(*) from contacts where sealed_addresses is not null";
    let sealed: i64 = sqlx::query_scalar(sealed)
        .fetch_one(&stand.pool().await)
        .await
        .unwrap();
    assert_eq!(sealed, 0);
}

#[tokio::test]
async fn whoever_has_not_seen_the_last_change_is_told_so() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let given = give_contacts(&gateway, &alva.access_token).await;

    let refused = refusal(update(&gateway, &alva.access_token, 2, both(Language::Sv, "")).await);

    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Conflict, ErrorReason::EtagMismatch)
    );
    assert_eq!(
        violations(&refused),
        [("contacts.etag".to_owned(), ErrorReason::EtagMismatch)]
    );
    assert_eq!(read(&gateway, &alva.access_token).await, given);
}

#[tokio::test]
async fn of_changes_at_the_same_time_one_is_made() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    for etag in ["", "1"] {
        let changes = (0..6).map(|index: u128| {
            let request_id = index + if etag.is_empty() { 10 } else { 20 };
            let contacts = pb::OwnContacts {
                email: format!("provia{request_id}@exempel.example"),
                ..both(Language::Sv, etag)
            };
            update(&gateway, &alva.access_token, request_id, contacts)
        });

        let answers = join_all(changes).await;

        let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        assert_eq!(
            made.into_iter().next().unwrap().unwrap(),
            read(&gateway, &alva.access_token).await
        );
        for answer in refused {
            assert_eq!(refusal(answer).reason(), ErrorReason::EtagMismatch);
        }
    }
}

#[tokio::test]
async fn a_repeated_call_gets_the_answer_of_the_first() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let first = give_contacts(&gateway, &alva.access_token).await;
    assert_eq!(give_contacts(&gateway, &alva.access_token).await, first);
    assert_eq!(audited(&stand).await.len(), 1);
}

#[tokio::test]
async fn each_wrong_address_is_named_and_nothing_is_kept() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let wrong = pb::OwnContacts {
        email: "provia@exempel".to_owned(),
        phone: "0701740605".to_owned(),
        ..both(Language::Sv, "")
    };

    let refused = refusal(update(&gateway, &alva.access_token, 1, wrong).await);

    assert_eq!(refused.code(), Code::Invalid);
    let malformed = ErrorReason::ContactPointMalformed;
    assert_eq!(
        violations(&refused),
        [
            ("contacts.email".to_owned(), malformed),
            ("contacts.phone".to_owned(), malformed)
        ]
    );
    assert_eq!(read(&gateway, &alva.access_token).await.etag, "");
}
