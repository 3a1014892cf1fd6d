//! A TCP proxy that misbehaves on request: latency with seeded jitter, a cut that closes every connection, and half-open
//! connections that swallow what is sent. Clients are configured with its address, so only they are affected.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

const CHUNK: usize = 16 * 1024;
const CHUNKS_UNDER_WAY: usize = 256;

/// A running proxy; dropping it closes everything.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    _tasks: JoinSet<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Open,
    Cut,
    HalfOpen,
}

#[derive(Clone, Copy, Debug)]
struct Weather {
    line: Line,
    latency: Duration,
    jitter: Duration,
}

struct Chunk {
    due: Instant,
    bytes: Vec<u8>,
}

impl Proxy {
    /// Starts a proxy on a free port; the seed decides the jitter.
    pub async fn start(target: SocketAddr, seed: u64) -> Result<Self> {
        Self::start_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), target, seed).await
    }

    /// Starts a proxy on the given address.
    pub async fn start_on(address: SocketAddr, target: SocketAddr, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let (weather, forecast) = watch::channel(Weather {
            line: Line::Open,
            latency: Duration::ZERO,
            jitter: Duration::ZERO,
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, target, forecast, seed));
        Ok(Self {
            address,
            weather,
            _tasks: tasks,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Delays every chunk in both directions by the latency and up to the jitter on top.
    pub fn slow_down(&self, latency: Duration, jitter: Duration) {
        self.weather
            .send_modify(|weather| (weather.latency, weather.jitter) = (latency, jitter));
    }

    /// Closes every connection, and every new one as soon as it is made.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.line = Line::Cut);
    }

    /// Keeps connections, and takes new ones, but swallows whatever is sent on them.
    pub fn half_open(&self) {
        self.weather.send_modify(|weather| weather.line = Line::HalfOpen);
    }

    /// Lets new connections through; those that lost something while half-open are closed.
    pub fn resume(&self) {
        self.weather.send_modify(|weather| weather.line = Line::Open);
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, forecast: watch::Receiver<Weather>, seed: u64) {
    let mut connections = JoinSet::new();
    let mut seeds = ChaCha8Rng::seed_from_u64(seed);
    while let Ok((client, _from)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if forecast.borrow().line == Line::Cut {
            continue;
        }
        connections.spawn(carry(client, target, forecast.clone(), seeds.random()));
    }
}

async fn carry(client: TcpStream, target: SocketAddr, forecast: watch::Receiver<Weather>, seed: u64) {
    let Ok(server) = TcpStream::connect(target).await else {
        return;
    };
    let _best_effort = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let both = async {
        tokio::try_join!(
            pump(from_client, to_server, forecast.clone(), seed),
            pump(from_server, to_client, forecast.clone(), seed.wrapping_add(1)),
        )
    };
    let mut cut = forecast.clone();
    tokio::select! {
        _ended = both => {}
        _cut = cut.wait_for(|weather| weather.line == Line::Cut) => {}
    }
}

async fn pump(
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    forecast: watch::Receiver<Weather>,
    seed: u64,
) -> Result<()> {
    let (chunks, due) = mpsc::channel(CHUNKS_UNDER_WAY);
    tokio::try_join!(
        read(from, chunks, forecast, ChaCha8Rng::seed_from_u64(seed)),
        write(to, due)
    )?;
    Ok(())
}

async fn read(
    mut from: OwnedReadHalf,
    chunks: mpsc::Sender<Chunk>,
    mut forecast: watch::Receiver<Weather>,
    mut random: ChaCha8Rng,
) -> Result<()> {
    let mut buffer = vec![0; CHUNK];
    let mut has_lost = false;
    loop {
        let length = tokio::select! {
            length = from.read(&mut buffer) => length?,
            changed = forecast.changed() => {
                changed?;
                if has_lost && forecast.borrow().line == Line::Open {
                    bail!("bytes were lost while half-open");
                }
                continue;
            }
        };
        let weather = *forecast.borrow();
        match weather.line {
            Line::HalfOpen => has_lost = true,
            Line::Open | Line::Cut if length == 0 => return Ok(()),
            Line::Open | Line::Cut => {
                let jitter = weather.jitter.mul_f64(random.random());
                let due = Instant::now() + weather.latency + jitter;
                chunks
                    .send(Chunk {
                        due,
                        bytes: buffer[..length].to_vec(),
                    })
                    .await?;
            }
        }
        if length == 0 {
            // The end of the stream is swallowed too: the peer learns nothing until the line is whole again.
            forecast
                .wait_for(|weather| weather.line != Line::HalfOpen)
                .await?;
            bail!("the end of the stream was lost while half-open");
        }
    }
}

async fn write(mut to: OwnedWriteHalf, mut chunks: mpsc::Receiver<Chunk>) -> Result<()> {
    while let Some(chunk) = chunks.recv().await {
        tokio::time::sleep_until(chunk.due).await;
        to.write_all(&chunk.bytes).await?;
    }
    to.shutdown().await?;
    Ok(())
}
