//! One recipient: takes a part, judges it, answers; answers questions about parts. What its switch says goes wrong, goes
//! wrong at the place where it would.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::Recipient;
use crate::book::Book;
use crate::part::{self, Expected, PartError, is_id};
use crate::receipt::Receipt;
use crate::switches::{Effect, Switch};

const LARGEST: usize = 32 << 20;

/// An answer over the wire.
pub type Answer = Response<Full<Bytes>>;

/// The connection breaks instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is cut")]
pub struct Dropped;

/// One recipient at work.
pub struct Receiver {
    pub recipient: Recipient,
    key: age::x25519::Identity,
    book: Mutex<Book>,
    switch: Mutex<Switch>,
    /// Changes when every connection is to be closed.
    closing: watch::Sender<u64>,
}

/// A body on its way in. Whatever has come of it is kept, also when the connection dies in between.
struct Reading<'a> {
    receiver: &'a Receiver,
    part_id: String,
    attempt: Option<u32>,
    body: Vec<u8>,
    is_kept: bool,
    token: CancellationToken,
}

impl Receiver {
    pub fn new(recipient: Recipient, key: age::x25519::Identity, book: Book) -> Self {
        Self {
            recipient,
            key,
            book: Mutex::new(book),
            switch: Mutex::default(),
            closing: watch::Sender::new(0),
        }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn key(&self) -> &age::x25519::Identity {
        &self.key
    }

    pub fn switch(&self) -> Switch {
        self.locked_switch().clone()
    }

    /// Sets what goes wrong from now on.
    pub fn set_switch(&self, switch: Switch) {
        let closes = switch.effect == Effect::Down;
        *self.locked_switch() = switch;
        if closes {
            self.closing.send_modify(|generation| *generation += 1);
        }
    }

    pub fn closing(&self) -> watch::Receiver<u64> {
        self.closing.subscribe()
    }

    /// Whether nobody answers; counts the connection.
    pub fn refuses_connection(&self) -> bool {
        let mut switch = self.locked_switch();
        switch.effect == Effect::Down && switch.strike() == Effect::Down
    }

    /// Answers one request of somebody who showed the right certificate.
    pub async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Result<Answer, Dropped> {
        let path = request.uri().path().to_owned();
        let Some(part_id) = path.strip_prefix("/parts/").filter(|id| is_id(id)) else {
            return Ok(refusal(StatusCode::NOT_FOUND, "unknown_part"));
        };
        if request.method() == Method::PUT {
            self.take(part_id, request).await
        } else if request.method() == Method::GET {
            Ok(self.tell(part_id).await)
        } else {
            Ok(refusal(StatusCode::METHOD_NOT_ALLOWED, "unknown_part"))
        }
    }

    async fn take(&self, part_id: &str, request: Request<Incoming>) -> Result<Answer, Dropped> {
        let switch = self.switch();
        let effect = self.locked_switch().strike();
        let token = self.book().begin_reading(part_id);
        let digest_said = text_of(&request, "content-digest");
        let mut reading = Reading {
            receiver: self,
            part_id: part_id.to_owned(),
            attempt: text_of(&request, "deltaga-attempt").parse().ok(),
            body: Vec::new(),
            is_kept: false,
            token,
        };
        tokio::time::sleep(switch.read_delay()).await;
        reading.read(request.into_body(), effect).await?;
        let answer = match reading.judge(&digest_said, effect, &switch) {
            Ok(judged) => judged?,
            Err(error) => {
                tracing::error!(%error, "a delivery could not be kept");
                return Err(Dropped);
            }
        };
        tokio::time::sleep(switch.delay()).await;
        if effect == Effect::LostAnswer {
            return Err(Dropped);
        }
        Ok(answer)
    }

    async fn tell(&self, part_id: &str) -> Answer {
        let delay = self.switch().delay();
        tokio::time::sleep(delay).await;
        let mut book = self.book();
        book.cut_readings(part_id);
        let Some(stored) = book.stored(part_id) else {
            return refusal(StatusCode::NOT_FOUND, "unknown_part");
        };
        if stored.questions_left > 0 {
            stored.questions_left -= 1;
            return plain(StatusCode::ACCEPTED, Bytes::new());
        }
        let number = stored.number;
        match book.receipt(number) {
            Ok(receipt) => answer(StatusCode::OK, &receipt),
            Err(error) => {
                tracing::error!(%error, "a receipt cannot be read");
                plain(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new())
            }
        }
    }

    fn locked_switch(&self) -> MutexGuard<'_, Switch> {
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading<'_> {
    async fn read(&mut self, mut body: Incoming, effect: Effect) -> Result<(), Dropped> {
        let token = self.token.clone();
        loop {
            let frame = tokio::select! {
                () = token.cancelled() => return Err(Dropped),
                frame = body.frame() => frame,
            };
            let Some(frame) = frame else { return Ok(()) };
            if let Ok(bytes) = frame.map_err(|_broken| Dropped)?.into_data() {
                self.body.extend_from_slice(&bytes);
            }
            if let Effect::Cut { after } = effect
                && self.body.len() >= after
            {
                self.body.truncate(after);
                return Err(Dropped);
            }
        }
    }

    // The outer error is the simulator's own, the inner one a connection to be cut.
    fn judge(
        mut self,
        digest_said: &str,
        effect: Effect,
        switch: &Switch,
    ) -> Result<Result<Answer, Dropped>> {
        let mut book = self.receiver.book();
        if self.token.is_cancelled() || matches!(effect, Effect::Cut { .. } | Effect::Down) {
            drop(book);
            return Ok(Err(Dropped));
        }
        self.is_kept = true;
        let refused = |book: &mut Book, status: StatusCode, code: &str| {
            book.keep(&self.part_id, self.attempt, &self.body, Some(code))?;
            Ok(Ok(refusal(status, code)))
        };
        if effect == Effect::Broken {
            book.keep(&self.part_id, self.attempt, &self.body, Some("broken"))?;
            return Ok(Ok(plain(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new())));
        }
        if self.body.len() > LARGEST {
            return refused(&mut book, StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        }
        let opened = match self.open(digest_said) {
            Ok(opened) => opened,
            Err(error) => return refused(&mut book, StatusCode::BAD_REQUEST, error.code()),
        };
        let sealed_sha256 = hex::encode(digest(&SHA256, &self.body));
        let attempt = opened.header.attempt;
        let mut known = None;
        if let Some(stored) = book.stored(&self.part_id) {
            if stored.attempt > attempt {
                return refused(&mut book, StatusCode::CONFLICT, "older_attempt");
            }
            let is_same = stored.attempt == attempt && stored.sealed_sha256 == sealed_sha256;
            known = is_same.then_some(stored.number);
        }
        let receipt = match known {
            Some(number) => book.receipt(number)?,
            None => Receipt::judge(&opened, &sealed_sha256, &now(), switch),
        };
        book.store(&self.body, &receipt, switch.judge_after_questions)?;
        if switch.judge_after_questions > 0 {
            return Ok(Ok(plain(StatusCode::ACCEPTED, Bytes::new())));
        }
        Ok(Ok(answer(StatusCode::OK, &as_told(receipt, effect))))
    }

    fn open(&self, digest_said: &str) -> Result<part::Part, PartError> {
        let right = format!(
            "sha-256=:{}:",
            BASE64_STANDARD.encode(digest(&SHA256, &self.body))
        );
        if digest_said != right {
            return Err(PartError::Digest);
        }
        let expected = Expected {
            recipient: self.receiver.recipient,
            part_id: &self.part_id,
            attempt: self.attempt.ok_or(PartError::Header)?,
        };
        part::open(&self.body, &self.receiver.key, expected)
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if self.is_kept || self.body.is_empty() {
            return;
        }
        let kept = self
            .receiver
            .book()
            .keep(&self.part_id, self.attempt, &self.body, None);
        if let Err(error) = kept {
            tracing::error!(%error, "a cut delivery could not be kept");
        }
    }
}

fn as_told(receipt: Receipt, effect: Effect) -> Receipt {
    match effect {
        Effect::DuplicateReceipt => receipt.doubled(),
        Effect::ContradictingReceipt => receipt.contradicting(),
        Effect::OtherPart => receipt.of_another_part(),
        Effect::None | Effect::Down | Effect::Cut { .. } | Effect::LostAnswer | Effect::Broken => receipt,
    }
}

fn text_of(request: &Request<Incoming>, name: &str) -> String {
    let value = request.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let text = serde_json::to_vec(body).expect("answers always serialise");
    let mut answer = plain(status, Bytes::from(text));
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json; charset=utf-8"),
    );
    answer
}

pub fn refusal(status: StatusCode, code: &str) -> Answer {
    answer(status, &json!({ "code": code }))
}

fn plain(status: StatusCode, body: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    answer
}

#[expect(
    clippy::disallowed_methods,
    reason = "a recipient has a clock of its own, which no test moves"
)]
fn now() -> String {
    jiff::Timestamp::now()
        .round(jiff::Unit::Second)
        .map_or_else(|_| String::new(), |now| now.to_string())
}
