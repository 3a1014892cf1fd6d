//! A client of HTTP that keeps cookies and the CSRF token as a page does, and shows a certificate as a supplier does.

use std::collections::BTreeMap;

use bytes::{Buf as _, Bytes};
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use support::ca::Identity;

/// A browser, or a supplier's system.
#[derive(Clone)]
pub struct Browser {
    http: Http,
    base: String,
    pub cookies: BTreeMap<String, String>,
    pub csrf: Option<String>,
    pub headers: Vec<(&'static str, String)>,
}

#[derive(Clone)]
enum Http {
    Plain(Client<HttpConnector, Full<Bytes>>),
    Certified(Client<hyper_rustls::HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// One message of a stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub flags: u8,
    pub payload: Bytes,
}

impl Browser {
    pub fn plain(base: &str) -> Self {
        let http = Http::Plain(Client::builder(TokioExecutor::new()).build_http());
        Self::new(http, base)
    }

    pub fn with_certificate(base: &str, certificate: &Identity) -> Self {
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(certificate.client_config().unwrap())
            .https_only()
            .enable_all_versions()
            .build();
        let http = Http::Certified(Client::builder(TokioExecutor::new()).build(connector));
        Self::new(http, base)
    }

    fn new(http: Http, base: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            csrf: None,
            headers: Vec::new(),
        }
    }

    /// The same over HTTP/2, on a connection of its own.
    pub fn over_http2(&self) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .http2_only(true)
            .build_http();
        Self {
            http: Http::Plain(client),
            ..self.clone()
        }
    }

    /// The same with one more header in every request.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.to_owned()));
        other
    }

    pub async fn json(&mut self, path: &str, body: &Value) -> Answer {
        self.post(path, "application/json", body.to_string()).await
    }

    pub async fn post(&mut self, path: &str, media_type: &str, body: impl Into<Bytes>) -> Answer {
        self.send("POST", path, Some(media_type), body.into())
            .await
            .unwrap()
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, Bytes::new()).await.unwrap()
    }

    /// Signs in and keeps what a page keeps.
    pub async fn sign_in(&mut self) {
        let started = self
            .json(
                "/deltaga.identity.v1.SignInService/StartSignIn",
                &json!({ "portal": "PORTAL_STAFF", "device": "DEVICE_OTHER" }),
            )
            .await;
        assert_eq!(started.status, 200, "{started:?}");
        let looked = self
            .json(
                "/deltaga.identity.v1.SignInService/GetSignIn",
                &json!({ "flowId": "flow" }),
            )
            .await;
        assert_eq!(looked.status, 200, "{looked:?}");
    }

    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        media_type: Option<&str>,
        body: Bytes,
    ) -> Result<Answer, hyper_util::client::legacy::Error> {
        let (parts, body) = self.open(method, path, media_type, body).await?.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        })
    }

    /// An answer whose body has not been read yet.
    pub async fn open(
        &mut self,
        method: &str,
        path: &str,
        media_type: Option<&str>,
        body: Bytes,
    ) -> Result<Response<Incoming>, hyper_util::client::legacy::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .body(Full::new(body))
            .unwrap();
        let headers = request.headers_mut();
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            headers.insert(COOKIE, pairs.join("; ").parse().unwrap());
        }
        if let Some(csrf) = &self.csrf {
            headers.insert("deltaga-csrf", csrf.parse().unwrap());
        }
        for (name, value) in &self.headers {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::try_from(value).unwrap(),
            );
        }
        let response = match &self.http {
            Http::Plain(client) => client.request(request).await?,
            Http::Certified(client) => client.request(request).await?,
        };
        self.keep(response.headers());
        Ok(response)
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(csrf) = headers.get("deltaga-csrf") {
            self.csrf = Some(csrf.to_str().unwrap().to_owned());
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The messages of a stream.
pub fn frames(mut body: Bytes) -> Vec<Frame> {
    let mut frames = Vec::new();
    while body.has_remaining() {
        let flags = body.get_u8();
        let length = body.get_u32() as usize;
        frames.push(Frame {
            flags,
            payload: body.split_to(length),
        });
    }
    frames
}
