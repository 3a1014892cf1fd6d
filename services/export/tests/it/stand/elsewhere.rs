//! Recipients that the simulator does not play: one that never says anything of use, one that
//! reads nothing, and one behind a door.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use platform::service::Lifecycle;
use rustls::ServerConfig;
use support::ca::Authority;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio_rustls::TlsAcceptor;

/// Takes everything and answers it with the same words.
pub struct Parrot {
    pub url: String,
}

/// Accepts a connection, and reads nothing of what comes over it until it wakes.
pub struct Sluggard {
    pub url: String,
    has_accepted: Arc<Notify>,
    accepted: Mutex<mpsc::Receiver<TcpStream>>,
}

/// Lets connections in, but nothing through until the door is opened.
pub struct Doorkeeper {
    pub port: u16,
    knocked: Arc<Notify>,
    door: watch::Sender<bool>,
}

impl Parrot {
    pub async fn start(authority: &Authority, words: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let acceptor = acceptor(authority, "parrot");
        Lifecycle::new().spawn("parrot", async move {
            loop {
                let (stream, _) = listener.accept().await?;
                let acceptor = acceptor.clone();
                Lifecycle::new().spawn("parrot", async move {
                    answer(acceptor, stream, words).await;
                    Ok(())
                });
            }
        });
        Self { url }
    }
}

impl Sluggard {
    pub async fn start(authority: &Authority) -> Self {
        let acceptor = acceptor(authority, "sluggard");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (has_accepted, (put, accepted)) = (Arc::new(Notify::new()), mpsc::channel(1));
        let accepting = Arc::clone(&has_accepted);
        Lifecycle::new().spawn("sluggard", async move {
            let (stream, _) = listener.accept().await?;
            let (stream, _) = acceptor.accept(stream).await?.into_inner();
            put.send(stream).await?;
            accepting.notify_one();
            Ok(())
        });
        Self {
            url,
            has_accepted,
            accepted: Mutex::new(accepted),
        }
    }

    pub async fn accepted(&self) {
        self.has_accepted.notified().await;
    }

    /// Reads what came, to the end; answers how much that was.
    pub async fn wakes(&self) -> std::io::Result<usize> {
        let mut stream = self.accepted.lock().await.recv().await.unwrap();
        let mut came = Vec::new();
        stream.read_to_end(&mut came).await
    }
}

impl Doorkeeper {
    /// Before what listens at the port.
    pub async fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let (knocked, (door, opening)) = (Arc::new(Notify::new()), watch::channel(false));
        let heard = Arc::clone(&knocked);
        Lifecycle::new().spawn("doorkeeper", async move {
            loop {
                let (stream, _) = listener.accept().await?;
                let (heard, opening) = (Arc::clone(&heard), opening.clone());
                Lifecycle::new().spawn("doorkeeper", async move {
                    // Who has said something waits for an answer, and does nothing more of its own accord.
                    stream.peek(&mut [0]).await?;
                    heard.notify_one();
                    let_through(stream, port, opening).await;
                    Ok(())
                });
            }
        });
        Self {
            port: own,
            knocked,
            door,
        }
    }

    /// Waits until somebody stands before the door.
    pub async fn knocked(&self) {
        self.knocked.notified().await;
    }

    pub fn open(&self) {
        self.door.send_replace(true);
    }
}

fn acceptor(authority: &Authority, name: &str) -> TlsAcceptor {
    let identity = authority.service(name).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate().unwrap()], identity.key().unwrap())
        .unwrap();
    // Whoever leaves these unread resets the connection at its end.
    tls.send_tls13_tickets = 0;
    TlsAcceptor::from(Arc::new(tls))
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream, words: &'static str) {
    // A caller who breaks off is the caller's affair.
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(async move |request: Request<Incoming>| {
        use http_body_util::BodyExt as _;
        let _ = request.into_body().collect().await;
        let body = http_body_util::Full::new(Bytes::from_static(words.as_bytes()));
        Ok::<_, Infallible>(Response::new(body))
    });
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn let_through(mut stream: TcpStream, port: u16, mut opening: watch::Receiver<bool>) {
    let _ = opening.wait_for(|is_open| *is_open).await;
    let mut behind = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
}
