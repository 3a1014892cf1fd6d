//! Each fault of the proxy, against a server that echoes.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Result;
use support::proxy::Proxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(5);

struct Echo {
    address: SocketAddr,
    _server: JoinSet<()>,
}

async fn echo() -> Result<Echo> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let mut server = JoinSet::new();
    server.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((mut socket, _from)) = listener.accept().await {
            connections.spawn(async move {
                let (mut from, mut to) = socket.split();
                let _ended = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    Ok(Echo {
        address,
        _server: server,
    })
}

async fn ask(socket: &mut TcpStream) -> Result<()> {
    socket.write_all(b"x").await?;
    let mut answer = [0];
    socket.read_exact(&mut answer).await?;
    Ok(())
}

#[tokio::test]
async fn an_open_line_carries_and_slow_weather_delays() -> Result<()> {
    let echo = echo().await?;
    let proxy = Proxy::start(echo.address, 1).await?;
    let mut socket = TcpStream::connect(proxy.address()).await?;
    ask(&mut socket).await?;
    proxy.slow_down(SHORT, Duration::from_millis(50));
    let start = Instant::now();
    ask(&mut socket).await?;
    assert!(start.elapsed() >= 2 * SHORT, "{:?}", start.elapsed());
    Ok(())
}

#[tokio::test]
async fn a_cut_ends_connections_and_new_ones_until_it_is_mended() -> Result<()> {
    let echo = echo().await?;
    let proxy = Proxy::start(echo.address, 1).await?;
    let mut socket = TcpStream::connect(proxy.address()).await?;
    ask(&mut socket).await?;
    proxy.cut();
    assert!(timeout(LONG, ask(&mut socket)).await?.is_err());
    let mut next = TcpStream::connect(proxy.address()).await?;
    assert!(timeout(LONG, ask(&mut next)).await?.is_err());
    proxy.resume();
    timeout(LONG, ask(&mut TcpStream::connect(proxy.address()).await?)).await?
}

#[tokio::test]
async fn a_half_open_line_stays_silent_and_what_lost_bytes_is_closed_afterwards() -> Result<()> {
    let echo = echo().await?;
    let proxy = Proxy::start(echo.address, 1).await?;
    let mut socket = TcpStream::connect(proxy.address()).await?;
    ask(&mut socket).await?;
    proxy.half_open();
    assert!(
        timeout(SHORT, ask(&mut socket)).await.is_err(),
        "nothing arrives and nothing ends"
    );
    proxy.resume();
    let mut answer = Vec::new();
    let _reset_or_end = timeout(LONG, socket.read_to_end(&mut answer)).await?;
    assert!(answer.is_empty());
    Ok(())
}
