//! What was sent, in the order it arrived. Only the latest messages are kept, so that a simulator left running does not
//! grow without bound.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

const KEPT: usize = 10_000;

/// How a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Sms,
    Mail,
}

/// A message that would have been delivered.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    pub id: String,
    pub channel: Channel,
    pub from: String,
    pub to: String,
    /// Empty for a text message.
    pub subject: String,
    pub text: String,
    /// The sender's own reference: of a text message as given, of a mail its message id.
    pub reference: String,
    pub received_at: jiff::Timestamp,
}

/// What a message holds before it is numbered.
#[derive(Clone)]
pub struct Draft {
    pub channel: Channel,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub reference: String,
}

/// The messages sent so far. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Mailbox(Arc<Mutex<Messages>>);

#[derive(Debug, Default)]
struct Messages {
    count: u64,
    latest: VecDeque<Sent>,
}

impl Mailbox {
    /// Everything sent so far, oldest first.
    pub fn all(&self) -> Vec<Sent> {
        self.messages().latest.iter().cloned().collect()
    }

    /// What was sent to one number or address.
    pub fn to(&self, recipient: &str) -> Vec<Sent> {
        self.all()
            .into_iter()
            .filter(|sent| sent.to.eq_ignore_ascii_case(recipient))
            .collect()
    }

    pub fn clear(&self) {
        self.messages().latest.clear();
    }

    /// Keeps a message and returns its id.
    #[expect(
        clippy::disallowed_methods,
        reason = "the simulator stands for the outside world, which has its own time"
    )]
    pub(crate) fn keep(&self, draft: Draft) -> String {
        let mut messages = self.messages();
        messages.count += 1;
        let id = format!("message-{}", messages.count);
        let Draft {
            channel,
            from,
            to,
            subject,
            text,
            reference,
        } = draft;
        let received_at = jiff::Timestamp::now();
        if messages.latest.len() == KEPT {
            messages.latest.pop_front();
        }
        messages.latest.push_back(Sent {
            id: id.clone(),
            channel,
            from,
            to,
            subject,
            text,
            reference,
            received_at,
        });
        id
    }

    fn messages(&self) -> MutexGuard<'_, Messages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// Recipients and texts are personal; a log line or an error shows which message it was and nothing of it.
impl std::fmt::Debug for Sent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Sent")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}
