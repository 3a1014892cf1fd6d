//! `POST /own-data`: everything that is held of the person signed in, as one JSON file. The services that hold something are
//! asked at once and told of one after the other, as they send it; nothing is kept. What cannot be told whole is not told
//! as if it were: it is refused before the first byte, or the connection is cut before the last.

use std::collections::hash_map::{Entry, HashMap};
use std::collections::vec_deque::VecDeque;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures::Stream;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt as _};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::grpc::{Deadline, Rejection};
use prost::Message as _;
use prost_reflect::DescriptorPool;
use proto::subject::v1::ExportSubjectResponse;
use serde_json::json;
use tonic::Streaming;

use super::feed::{Fed, Source};
use super::{App, Visitor};
use crate::clients::{Caller, metadata};
use crate::connect::json::writer::Writer;
use crate::limits::Download;
use crate::problem::Problem;
use crate::routes::{Door, PEERS_WITH_PERSONS, Route};
use crate::session::Cookies;
use crate::session::tokens::{Access, hash};

pub(super) const EXPORT: &str = "deltaga.subject.v1.SubjectService/ExportSubject";
const TYPES: &str = "type.googleapis.com/";
const END: &[u8] = b"\n]}\n";

/// A file on its way.
struct Telling {
    /// The first is being told, the others wait.
    tellers: VecDeque<Teller>,
    writers: Writers,
    is_first: bool,
    _download: Download,
}

/// What one service sends.
struct Teller {
    service: &'static str,
    first: Option<Bytes>,
    rest: Streaming<Bytes>,
}

/// Writers of the messages that have come so far.
struct Writers {
    pool: DescriptorPool,
    known: HashMap<String, Writer>,
}

/// What the connection is cut with.
#[derive(Debug, thiserror::Error)]
#[error("the file cannot be told to its end")]
struct CutOff;

// === impl App ===

impl App {
    pub(super) async fn own_data(
        &self,
        visitor: &Visitor,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Problem> {
        // Until the first byte it is a call like any other.
        let patience = Deadline::after(self.config.limits.deadline());
        let begin = patience.scope(self.begin_telling(visitor, headers));
        let (access, records) = tokio::time::timeout_at(patience.instant(), begin)
            .await
            .unwrap_or_else(|_elapsed| Err(Rejection::deadline().into()))?;
        let made_at = self.clock.now();
        let beginning = beginning(made_at, &access.portal);
        let mut response = Response::new(Body::from_stream(pieces(beginning, records)));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_DISPOSITION, attachment(made_at));
        Ok(response)
    }

    async fn begin_telling(
        &self,
        visitor: &Visitor,
        headers: &HeaderMap,
    ) -> Result<(Arc<Access>, Fed), Problem> {
        let cookies = Cookies::of(headers);
        let kept = self.knock(visitor, headers, &cookies).await?;
        let access = self.access(visitor, &cookies, kept).await?;
        let session = cookies
            .session
            .as_deref()
            .ok_or_else(Rejection::unauthenticated)?;
        let download = self.limits.download(hash(session))?;
        let good_for = self.tokens.good_for(&access);
        let caller = Caller::Person {
            authorization: access.authorization.clone(),
            account: None,
            good_for,
        };
        let routes = PEERS_WITH_PERSONS.iter().map(|service| self.export_of(service));
        let routes: Vec<Route> = routes.collect();
        let asked = metadata(&caller, &visitor.end_user, headers);
        let tellers = routes.iter().map(|route| self.teller(route, asked.clone()));
        let tellers = match try_join_all(tellers).await {
            Ok(tellers) => tellers,
            Err(status) => return Err(self.refused(status, &caller, &cookies).await),
        };
        let pool = routes
            .first()
            .map(|route| route.method.input.parent_pool().clone());
        let telling = Telling {
            tellers: tellers.into(),
            writers: Writers {
                pool: pool.expect("some service holds something"),
                known: HashMap::new(),
            },
            is_first: true,
            _download: download,
        };
        let deadline = Deadline::after(self.config.limits.stream().min(good_for));
        Ok((access, Fed::begin(&self.lifecycle, telling, deadline)))
    }

    fn export_of(&self, service: &str) -> Route {
        let route = self.routes.find(Door::Browsers, &format!("/{service}/{EXPORT}"));
        route.expect("the contract opens it to people, and a test compares the services")
    }

    // The first record is waited for: whoever cannot be asked, or refuses, does so before the first byte of the file.
    async fn teller(&self, route: &Route, metadata: HeaderMap) -> Result<Teller, tonic::Status> {
        let answered = self.clients.stream(route, metadata, Bytes::new()).await?;
        let mut rest = answered.into_inner();
        Ok(Teller {
            service: route.peer,
            first: rest.message().await?,
            rest,
        })
    }
}

// === impl Telling ===

impl Source for Telling {
    const NAME: &'static str = "own data";

    /// The next record as it stands in the file.
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        while let Some(teller) = self.tellers.front_mut() {
            if let Some(message) = teller.next().await? {
                let separator = if std::mem::take(&mut self.is_first) {
                    ""
                } else {
                    ",\n"
                };
                return self.writers.write(separator, teller.service, message).map(Some);
            }
            self.tellers.pop_front();
        }
        Ok(None)
    }

    fn broken_off(&self, why: &Problem) {
        tracing::warn!(code = why.code(), "a download of own data was cut off");
    }
}

// === impl Teller ===

impl Teller {
    async fn next(&mut self) -> Result<Option<Bytes>, tonic::Status> {
        match self.first.take() {
            Some(message) => Ok(Some(message)),
            None => self.rest.message().await,
        }
    }
}

// === impl Writers ===

impl Writers {
    fn write(&mut self, separator: &str, service: &str, message: Bytes) -> Result<Bytes, Problem> {
        let response = ExportSubjectResponse::decode(message).map_err(Rejection::internal)?;
        let record = response.record.unwrap_or_default();
        let name = record.type_url.strip_prefix(TYPES).unwrap_or_default();
        let content = self.writer(name)?.write(record.value.into())?;
        let head = format!(r#"{separator}{{"service":"{service}","message":"{name}","content":"#);
        Ok([head.as_bytes(), &content, b"}"].concat().into())
    }

    fn writer(&mut self, name: &str) -> Result<&Writer, Problem> {
        match self.known.entry(name.to_owned()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let message = self.pool.get_message_by_name(name);
                let message =
                    message.ok_or_else(|| Rejection::internal("a record is no message of the contract"))?;
                Ok(place.insert(Writer::new(message)))
            }
        }
    }
}

fn pieces(beginning: Bytes, records: Fed) -> impl Stream<Item = Result<Bytes, CutOff>> {
    let records = stream::try_unfold(Some(records), |records| async move {
        let Some(mut records) = records else {
            return Ok(None);
        };
        match records.next().await {
            Ok(Some(record)) => Ok(Some((record, Some(records)))),
            Ok(None) => Ok(Some((Bytes::from_static(END), None))),
            Err(_told_by_the_task) => Err(CutOff),
        }
    });
    stream::iter([Ok(beginning)]).chain(records)
}

fn beginning(made_at: Timestamp, portal: &str) -> Bytes {
    let (made_at, portal) = (json!(made_at.to_string()), json!(portal));
    format!("{{\"madeAt\":{made_at},\"portal\":{portal},\"records\":[\n").into()
}

// The day tells several of them apart; whose they are is nobody's business who sees a list of files.
fn attachment(made_at: Timestamp) -> HeaderValue {
    let here = TimeZone::get("Europe/Stockholm").expect("the time zone database is part of the build");
    let day = made_at.to_zoned(here).date();
    let value = format!("attachment; filename=\"deltaga-{day}.json\"");
    HeaderValue::try_from(value).expect("a day is plain text")
}
