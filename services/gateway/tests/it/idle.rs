//! Peers that hold a connection and ask for nothing, or take nothing of what they asked for: others get its place.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::stand::{DEADLINE, Stand};

const TOKEN: &str = "/deltaga.identity.v1.ClientService/IssueToken";
const PING: Duration = Duration::from_millis(100);

#[tokio::test]
async fn whoever_never_shakes_hands_is_cut_off() {
    // One connection, and one that may be shaking hands.
    let stand = Stand::with("limits = { connections = 1 }").await;
    let suppliers = stand.running.address("suppliers").unwrap();
    let mut silent = TcpStream::connect(suppliers).await.unwrap();
    let mut supplier = stand.supplier(&stand.authority.client("patient").unwrap());

    let answer = timeout(DEADLINE, supplier.json(TOKEN, &json!({}))).await;
    let heard = timeout(DEADLINE, silent.read(&mut [0; 1])).await;

    assert_eq!(answer.expect("there is no place").status, 200);
    assert!(
        matches!(heard, Ok(Ok(0) | Err(_))),
        "it is still connected: {heard:?}"
    );
}

#[tokio::test]
async fn whoever_only_pings_is_told_to_go() {
    let stand = Stand::with("limits = { connections = 1, idle_seconds = 1 }").await;
    let browsers = stand.running.address("browsers").unwrap();

    let pinged = timeout(DEADLINE, ping(browsers)).await;
    let answer = timeout(DEADLINE, stand.browser().get("/session")).await;

    assert!(pinged.is_ok(), "it is still connected");
    assert!(answer.is_ok(), "there is no place");
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_broken_off() {
    let stand = Stand::with("limits = { deadline_seconds = 1, stream_seconds = 1 }").await;
    let socket = TcpStream::connect(stand.running.address("browsers").unwrap());
    let (mut sender, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(0)
        .handshake::<_, Full<Bytes>>(TokioIo::new(socket.await.unwrap()))
        .await
        .unwrap();
    let mut talking = JoinSet::new();
    talking.spawn(connection);

    let page = Request::get("http://localhost/").body(Full::default()).unwrap();
    let mut answer = sender.send_request(page).await.unwrap().into_body();
    let told = timeout(DEADLINE, answer.frame()).await;

    assert!(matches!(told, Ok(Some(Err(_)))), "{told:?}");
}

/// Holds a connection open by asking whether anybody is there, until the other end closes it.
async fn ping(address: SocketAddr) {
    let socket = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_while_idle(true)
        .handshake::<_, Full<Bytes>>(TokioIo::new(socket))
        .await
        .unwrap();
    let _ended = connection.await;
    drop(sender);
}
