//! The information notice.

use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::notice_service_client::NoticeServiceClient;
use proto::types::v1::Language;
use tonic::transport::Channel;

use crate::flows::sign_in;
use crate::stand::{Stand, refusal, signed_in, violations};

/// Tells that a version was shown.
pub async fn record(
    gateway: &Channel,
    token: &str,
    version: &str,
    language: Language,
) -> Result<pb::ShownNotice, tonic::Status> {
    let request = pb::RecordNoticeShownRequest {
        version: version.to_owned(),
        language: language.into(),
    };
    let answer = NoticeServiceClient::new(gateway.clone())
        .record_notice_shown(signed_in(token, request))
        .await?;
    Ok(answer.into_inner().notice.unwrap())
}

async fn shown(gateway: &Channel, token: &str) -> Vec<pb::ShownNotice> {
    let answer = NoticeServiceClient::new(gateway.clone())
        .get_own_notice(signed_in(token, pb::GetOwnNoticeRequest {}))
        .await
        .unwrap();
    answer.into_inner().notices
}

#[tokio::test]
async fn the_first_time_of_a_version_stays() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    assert_eq!(shown(&gateway, &alva.access_token).await, []);
    let first = record(&gateway, &alva.access_token, "2026-11", Language::En)
        .await
        .unwrap();
    stand.pass(60);

    let again = record(&gateway, &alva.access_token, "2026-11", Language::Sv)
        .await
        .unwrap();

    assert_eq!((&again, first.language()), (&first, Language::En));
    assert_eq!(shown(&gateway, &alva.access_token).await, [first]);
}

#[tokio::test]
async fn another_version_comes_before_those_shown_earlier() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    // Of a version that this release does not issue any more.
    let earlier = "insert into shown_notices select person_id, '2026-09', 'sv', registered_at from persons";
    sqlx::query(earlier).execute(&stand.pool().await).await.unwrap();

    record(&gateway, &alva.access_token, "2026-11", Language::Sv)
        .await
        .unwrap();

    let shown = shown(&gateway, &alva.access_token).await;
    let versions: Vec<_> = shown.iter().map(|notice| notice.version.as_str()).collect();
    assert_eq!(versions, ["2026-11", "2026-09"]);
}

#[tokio::test]
async fn what_one_was_shown_another_was_not() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let bertil = sign_in(&stand, &gateway, pb::Portal::Participant, "bertil").await;
    record(&gateway, &alva.access_token, "2026-11", Language::Sv)
        .await
        .unwrap();
    assert_eq!(shown(&gateway, &bertil.access_token).await, []);
}

#[tokio::test]
async fn whoever_turned_out_to_be_somebody_else_is_noted_with_the_token_of_before() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    // Joined with a person registered later.
    sign_in(&stand, &gateway, pb::Portal::Participant, "bertil").await;
    let join = "update persons set merged_into = (select max(person_id::text)::uuid from persons) \
        where person_id = (select min(person_id::text)::uuid from persons)";
    sqlx::query(join).execute(&stand.pool().await).await.unwrap();

    let first = record(&gateway, &alva.access_token, "2026-11", Language::Sv).await;

    assert_eq!(first.unwrap().version, "2026-11");
}

#[tokio::test]
async fn a_version_that_was_never_issued_is_refused() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;

    let refused = refusal(record(&gateway, &alva.access_token, "2026-10", Language::Sv).await);

    assert_eq!(refused.code(), Code::Invalid);
    assert_eq!(
        violations(&refused),
        [("version".to_owned(), ErrorReason::FieldUnknownValue)]
    );
    assert_eq!(shown(&gateway, &alva.access_token).await, []);
}

#[tokio::test]
async fn what_was_shown_cannot_be_changed_by_the_service() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    record(&gateway, &alva.access_token, "2026-11", Language::Sv)
        .await
        .unwrap();
    let rights = "select privilege_type::text from information_schema.role_table_grants \
        where grantee = 'deltaga_application' and table_name = 'shown_notices' order by 1";
    let rights: Vec<String> = sqlx::query_scalar(rights)
        .fetch_all(&stand.pool().await)
        .await
        .unwrap();
    assert_eq!(rights, ["INSERT", "SELECT"]);
}
