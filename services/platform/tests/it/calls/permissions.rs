//! Accounts and permissions of staff callers, over the wire and by the projection of grants.

use jiff::SignedDuration;
use platform::auth::token::Portal;
use platform::clock::Clock as _;
use platform::grpc::{Code, convert};
use platform::outbox::Revision;
use prost::Message as _;
use proto::errors::v1::ErrorReason;
use proto::identity::v1::ListClientsRequest;
use proto::identity::v1::client_service_client::ClientServiceClient;
use proto::policy::v1::{Assurance, Permission};
use proto::staff::events::v1 as events;
use proto::types::v1::Validity;
use uuid::Uuid;

use super::stage::{PERSON, Stage, bearer, refused, with};

const ACCOUNT: u128 = 77;

fn record(stage: &Stage, n: i64, key: &str, record: events::account_record::Record) {
    let payload = events::AccountRecord { record: Some(record) }.encode_to_vec();
    stage
        .grants
        .apply(0, key, Revision { epoch: 1, n }, Some(&payload));
}

fn beat(stage: &Stage, n: i64) {
    let heartbeat = events::Heartbeat {
        at: Some(convert::to_timestamp(stage.clock.now())),
    };
    record(
        stage,
        n,
        "heartbeat-0",
        events::account_record::Record::Heartbeat(heartbeat),
    );
}

fn grant(stage: &Stage, n: i64, permissions: &[Permission]) {
    let from = Some(convert::to_day("2026-01-01".parse().unwrap()));
    let validity = Some(Validity { from, to: None });
    let grants = permissions.iter().map(|permission| events::Grant {
        permission: (*permission).into(),
        validity,
    });
    let state = events::AccountState {
        account_id: Uuid::from_u128(ACCOUNT).to_string(),
        person_id: Uuid::from_u128(PERSON).to_string(),
        organisation_id: Uuid::from_u128(4).to_string(),
        organisation_kind: events::OrganisationKind::Agency.into(),
        active: true,
        grants: grants.collect(),
        scope: Vec::new(),
    };
    let key = state.account_id.clone();
    record(stage, n, &key, events::account_record::Record::Account(state));
}

async fn list_clients(
    stage: &Stage,
    assurance: Assurance,
    metadata: &[(&'static str, String)],
) -> Result<(), tonic::Status> {
    let replica = stage.replica().await;
    let token = stage.token(&stage.person(Portal::Staff, assurance));
    let mut all = vec![bearer(&token)];
    all.extend_from_slice(metadata);
    let mut client = ClientServiceClient::new(replica.channel(&stage.service("gateway")));
    client
        .list_clients(with(ListClientsRequest::default(), &all))
        .await
        .map(drop)
}

fn account(id: u128) -> (&'static str, String) {
    ("deltaga-account", Uuid::from_u128(id).to_string())
}

fn operator() -> Stage {
    let stage = Stage::new();
    make_operator(&stage);
    stage
}

pub fn make_operator(stage: &Stage) {
    beat(stage, 1);
    grant(stage, 1, &[Permission::Operate]);
}

pub fn own_account() -> (&'static str, String) {
    account(ACCOUNT)
}

#[tokio::test]
async fn an_account_with_the_permission_is_let_through() {
    let stage = operator();
    list_clients(&stage, Assurance::Bankid, &[account(ACCOUNT)])
        .await
        .unwrap();
}

#[tokio::test]
async fn no_account_an_unknown_one_and_no_id_are_refused_alike() {
    let stage = operator();
    let nonsense = [("deltaga-account", "nonsense".to_owned())];
    for metadata in [&[][..], &[account(78)], &nonsense] {
        let refusal = refused(list_clients(&stage, Assurance::Bankid, metadata).await);
        assert_eq!(
            (refusal.code(), refusal.reason()),
            (Code::Forbidden, ErrorReason::AccountUnknown)
        );
    }
}

#[tokio::test]
async fn a_permission_that_was_taken_away_is_missing_at_the_next_call() {
    let stage = operator();
    grant(&stage, 2, &[Permission::ReportAndPlan]);
    let refusal = refused(list_clients(&stage, Assurance::Bankid, &[account(ACCOUNT)]).await);
    assert_eq!(refusal.reason(), ErrorReason::PermissionMissing);
    assert_eq!(refusal.metadata()["permission"], "OPERATE");
}

#[tokio::test]
async fn a_weaker_sign_in_is_not_enough() {
    let stage = operator();
    let refusal = refused(list_clients(&stage, Assurance::PasswordCode, &[account(ACCOUNT)]).await);
    assert_eq!(refusal.reason(), ErrorReason::AssuranceTooLow);
    assert_eq!(refusal.metadata()["assurance"], "bankid");
}

#[tokio::test]
async fn stale_grants_refuse_with_a_time_to_come_back() {
    let stage = operator();
    stage.clock.set(stage.clock.now() + SignedDuration::from_secs(31));
    let refusal = refused(list_clients(&stage, Assurance::Bankid, &[account(ACCOUNT)]).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Unavailable, ErrorReason::GrantsStale)
    );
    assert!(refusal.retry_delay().is_some());
}

#[tokio::test]
async fn a_change_that_the_caller_has_seen_is_waited_for() {
    let stage = operator();
    let seen = |n: i64| {
        let text = format!("staff.account.v1/{}@1.{n}", Uuid::from_u128(ACCOUNT));
        [account(ACCOUNT), ("deltaga-min-revision", text)]
    };
    list_clients(&stage, Assurance::Bankid, &seen(1)).await.unwrap();
    let refusal = refused(list_clients(&stage, Assurance::Bankid, &seen(2)).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Unavailable, ErrorReason::NotCaughtUp)
    );
}
