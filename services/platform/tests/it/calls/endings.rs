//! Ends without a lost answer: draining, going over to another replica, connecting again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use platform::grpc::Code;
use proto::identity::v1::key_service_client::KeyServiceClient;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::identity::v1::{GetJwksRequest, SignOutRequest};
use support::eventually;
use tokio::task::JoinSet;

use super::stage::{SOON, Stage, channel_to, refused};

const CALLERS: usize = 8;
const CALLS_EACH: usize = 150;

#[tokio::test]
async fn a_call_under_way_is_answered_before_the_server_ends() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let gateway = stage.service("gateway");
    let mut client = SessionServiceClient::new(replica.channel(&gateway));
    let mut under_way = JoinSet::new();
    under_way.spawn(async move { client.sign_out(SignOutRequest::default()).await });
    eventually(SOON, || async { stage.probe.waiting.load(Ordering::SeqCst) == 1 }).await;

    replica.stop.cancel();
    let late = refused(
        KeyServiceClient::new(replica.channel(&gateway))
            .get_jwks(GetJwksRequest {})
            .await,
    );
    assert_eq!(late.code(), Code::Unavailable);
    assert!(!replica.ended.is_cancelled());

    stage.probe.gate.notify_one();
    under_way.join_next().await.unwrap().unwrap().unwrap();
    tokio::time::timeout(SOON, replica.ended.cancelled())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_when_one_of_two_replicas_ends_under_load() {
    let stage = Stage::new();
    let (leaving, staying) = (stage.replica().await, stage.replica().await);
    let channel = channel_to(
        "staff",
        &[leaving.address, staying.address],
        &stage.service("export"),
    );
    let answered = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (mut client, answered) = (KeyServiceClient::new(channel.clone()), answered.clone());
        callers.spawn(async move {
            for _ in 0..CALLS_EACH {
                client.get_jwks(GetJwksRequest {}).await.unwrap();
                answered.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    eventually(SOON, || async {
        answered.load(Ordering::SeqCst) > CALLERS * CALLS_EACH / 4
    })
    .await;
    leaving.stop.cancel();
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
    tokio::time::timeout(SOON, leaving.ended.cancelled())
        .await
        .unwrap();
    assert_eq!(answered.load(Ordering::SeqCst), CALLERS * CALLS_EACH);
}

#[tokio::test]
async fn a_channel_connects_again_when_the_server_is_back() {
    let stage = Stage::new();
    let first = stage.replica().await;
    let mut client = KeyServiceClient::new(first.channel(&stage.service("export")));
    client.get_jwks(GetJwksRequest {}).await.unwrap();
    first.stop.cancel();
    tokio::time::timeout(SOON, first.ended.cancelled()).await.unwrap();
    assert_eq!(
        refused(client.get_jwks(GetJwksRequest {}).await).code(),
        Code::Unavailable
    );

    let _second = stage.replica_on(first.address).await;
    client.get_jwks(GetJwksRequest {}).await.unwrap();
}

#[tokio::test]
async fn callers_of_a_server_that_does_not_answer_do_not_queue_for_it() {
    let stage = Stage::new();
    // Takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = channel_to("staff", &[silent.local_addr().unwrap()], &stage.service("export"));
    let began = tokio::time::Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let mut client = KeyServiceClient::new(channel.clone());
        callers.spawn(async move { refused(client.get_jwks(GetJwksRequest {}).await).code() });
    }
    while let Some(code) = callers.join_next().await {
        assert_eq!(code.unwrap(), Code::Unavailable);
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}
