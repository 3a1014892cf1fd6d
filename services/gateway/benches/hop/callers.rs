//! Those who call: a service directly over gRPC with mutual TLS, and a page in JSON with its cookie and CSRF token.

use std::time::Instant;

use bytes::Bytes;
use gateway::session::Csrf;
use http::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use platform::grpc::{ClientChannel, PeerConfig};
use proto::attendance::v1::month_service_client::MonthServiceClient;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::stand::{ACCOUNT, CSRF_KEY, Stand, tls_of};
use crate::{CALLERS, Payload, answers, stand};

/// The direct call, made as the gateway makes it.
pub struct Direct {
    client: MonthServiceClient<ClientChannel>,
    bearer: String,
}

/// The call through the gateway.
pub struct Hop {
    http: Client<HttpConnector, Full<Bytes>>,
    base: String,
    sessions: Vec<HeaderMap>,
}

impl Direct {
    pub fn new(stand: &Stand) -> Self {
        let config = PeerConfig {
            address: stand.attendance.clone(),
            connections: 2,
            timeout_seconds: 10,
        };
        let tls = tls_of(&stand.authority, "gateway");
        Self {
            client: MonthServiceClient::new(ClientChannel::new("attendance", &config, &tls).unwrap()),
            bearer: format!("Bearer {}", stand.token),
        }
    }

    /// Calls until the end; answers how often.
    pub async fn load(&self, payload: Payload, end: Instant) -> u64 {
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let (mut client, bearer) = (self.client.clone(), self.bearer.clone());
            callers.spawn(async move {
                let mut count = 0;
                while Instant::now() < end {
                    match payload {
                        Payload::Month => {
                            let request = named(answers::month_request(), &bearer);
                            let month = client.get_month(request).await.unwrap().into_inner();
                            assert_eq!(month.revisions[0].days.len(), answers::DAYS);
                        }
                        Payload::List => {
                            let request = named(answers::list_request(), &bearer);
                            let list = client.list_months(request).await.unwrap().into_inner();
                            assert_eq!(list.months.len(), answers::LISTED);
                        }
                    }
                    count += 1;
                }
                count
            });
        }
        total(callers).await
    }
}

impl Hop {
    pub fn new(stand: &Stand) -> Self {
        let csrf = Csrf::from_bytes(&CSRF_KEY);
        let session = |number| {
            let secret = format!("reference-token-of-a-session-{number:014}");
            let pairs = [
                (CONTENT_TYPE, "application/json".to_owned()),
                (ORIGIN, stand::ORIGIN.to_owned()),
                (COOKIE, format!("__Host-deltaga-session={secret}")),
                ("deltaga-csrf".parse().unwrap(), csrf.token(&secret)),
                ("deltaga-account".parse().unwrap(), ACCOUNT.to_string()),
                ("connect-protocol-version".parse().unwrap(), "1".to_owned()),
                ("sec-fetch-site".parse().unwrap(), "same-origin".to_owned()),
                (
                    "user-agent".parse().unwrap(),
                    "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0".to_owned(),
                ),
            ];
            let pairs = pairs.map(|(name, value)| (name, HeaderValue::try_from(value).unwrap()));
            HeaderMap::from_iter(pairs)
        };
        let port = stand.gateway.address("browsers").unwrap().port();
        Self {
            http: Client::builder(TokioExecutor::new()).build_http(),
            base: format!("http://127.0.0.1:{port}"),
            sessions: (0..CALLERS).map(session).collect(),
        }
    }

    /// Bytes of the answer, whose content is looked at here.
    pub async fn size(&self, payload: Payload) -> usize {
        let answer = call(&self.http, self.request(payload, &self.sessions[0])).await;
        let json: Value = serde_json::from_slice(&answer).unwrap();
        match payload {
            Payload::Month => {
                let days = json["revisions"][0]["days"].as_array().unwrap();
                assert_eq!(days.len(), answers::DAYS);
                assert_eq!(days[0]["activities"][1]["creditedMinutes"], 180);
            }
            Payload::List => assert_eq!(json["months"].as_array().unwrap().len(), answers::LISTED),
        }
        answer.len()
    }

    /// Calls until the end; answers how often.
    pub async fn load(&self, payload: Payload, end: Instant) -> u64 {
        let expected = call(&self.http, self.request(payload, &self.sessions[0])).await;
        let mut callers = JoinSet::new();
        for session in &self.sessions {
            let (http, request, expected) = (
                self.http.clone(),
                self.request(payload, session),
                expected.clone(),
            );
            callers.spawn(async move {
                let mut count = 0;
                while Instant::now() < end {
                    let answer = call(&http, request.clone()).await;
                    assert!(answer == expected, "every answer is the same");
                    count += 1;
                }
                count
            });
        }
        total(callers).await + 1
    }

    fn request(&self, payload: Payload, session: &HeaderMap) -> Request<Full<Bytes>> {
        let (method, body) = match payload {
            Payload::Month => ("GetMonth", answers::month_json()),
            Payload::List => ("ListMonths", answers::list_json()),
        };
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!(
                "{}/deltaga.attendance.v1.MonthService/{method}",
                self.base
            ))
            .body(Full::new(Bytes::from(body.to_string())))
            .unwrap();
        *request.headers_mut() = session.clone();
        request
    }
}

async fn call(http: &Client<HttpConnector, Full<Bytes>>, request: Request<Full<Bytes>>) -> Bytes {
    let (parts, body) = http.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    assert_eq!(parts.status, 200, "{body:?}");
    body
}

fn named<M>(message: M, bearer: &str) -> tonic::Request<M> {
    let mut request = tonic::Request::new(message);
    let metadata = request.metadata_mut();
    metadata.insert("authorization", bearer.parse().unwrap());
    metadata.insert("deltaga-account", ACCOUNT.to_string().parse().unwrap());
    metadata.insert("deltaga-end-user-address", "127.0.0.1".parse().unwrap());
    request
}

async fn total(mut callers: JoinSet<u64>) -> u64 {
    let mut total = 0;
    while let Some(count) = callers.join_next().await {
        total += count.unwrap();
    }
    total
}
