//! A record as it was read, owned and without the client library's types.

use std::fmt;

use rdkafka::Message;
use rdkafka::message::{BorrowedMessage, Headers as _};

use super::event::Headers;

/// A record of a topic as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadRecord {
    /// The partition.
    pub partition: i32,
    /// The position in the partition.
    pub offset: i64,
    /// When it was produced, in milliseconds since 1970, by the producer's clock; 0 if unknown.
    pub produced_at_ms: i64,
    /// The aggregate's id. Absent if it is missing or no text, which none of ours is.
    pub key: Option<String>,
    /// The headers.
    pub headers: Headers,
    /// The encoded state. Absent: the aggregate is gone (a tombstone).
    pub payload: Option<Vec<u8>>,
}

// === impl ReadRecord ===

impl ReadRecord {
    pub(crate) fn detach(message: &BorrowedMessage<'_>) -> Self {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        let headers = message.headers().map(|headers| {
            headers
                .iter()
                .filter_map(|header| Some((header.key.to_owned(), text(header.value?)?)))
                .collect()
        });
        Self {
            partition: message.partition(),
            offset: message.offset(),
            produced_at_ms: message.timestamp().to_millis().unwrap_or_default(),
            key: message.key().and_then(text),
            headers: Headers::new(headers.unwrap_or_default()),
            payload: message.payload().map(<[u8]>::to_vec),
        }
    }
}

impl fmt::Debug for ReadRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReadRecord")
            .field("partition", &self.partition)
            .field("offset", &self.offset)
            .field("bytes", &self.payload.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}
