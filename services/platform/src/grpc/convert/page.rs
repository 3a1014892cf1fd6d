//! Paging: sizes, and tokens that hold where a list goes on. A token belongs to its list and filters; with others it is
//! refused. It holds what the list is sorted by, so lists sorted by names keep the name out: they sort by (name, id) and
//! put the id alone into the token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proto::errors::v1::ErrorReason;
use proto::types::v1::{PageRequest, PageResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::grpc::FieldViolation;

const DEFAULT_SIZE: i32 = 50;
const LARGEST_SIZE: i32 = 200;
const FINGERPRINT: usize = 8;

/// What part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// Most rows.
    pub size: i64,
    /// The row before the first one wanted; None from the beginning.
    pub after: Option<C>,
    fingerprint: [u8; FINGERPRINT],
}

/// Reads a page. `list` names the list and holds its filters: the token is bound to it.
pub fn page<C: DeserializeOwned>(
    path: &str,
    request: Option<&PageRequest>,
    list: &impl Serialize,
) -> Result<Page<C>, FieldViolation> {
    let fingerprint = fingerprint(list);
    let Some(request) = request else {
        return Ok(Page {
            size: DEFAULT_SIZE.into(),
            after: None,
            fingerprint,
        });
    };
    let size = match request.size {
        ..0 => {
            return Err(
                FieldViolation::new(format!("{path}.size"), ErrorReason::FieldOutOfRange).with("limit", 0),
            );
        }
        0 => DEFAULT_SIZE,
        size => size.min(LARGEST_SIZE),
    };
    let wrong = || FieldViolation::new(format!("{path}.token"), ErrorReason::PageTokenInvalid);
    let after = match request.token.as_str() {
        "" => None,
        token => Some(open(token, fingerprint).ok_or_else(wrong)?),
    };
    Ok(Page {
        size: size.into(),
        after,
        fingerprint,
    })
}

impl<C: Serialize> Page<C> {
    /// Rows to ask the database for: one more than wanted, which tells whether the list goes on.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// Cuts the extra row off and says where the list goes on.
    pub fn close<R>(&self, rows: &mut Vec<R>, cursor: impl Fn(&R) -> C) -> PageResponse {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let goes_on = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| goes_on);
        PageResponse {
            next_token: last.map(|row| self.seal(&cursor(row))).unwrap_or_default(),
        }
    }

    fn seal(&self, cursor: &C) -> String {
        let cursor = serde_json::to_vec(cursor).expect("cursors are plain values");
        URL_SAFE_NO_PAD.encode([&self.fingerprint[..], &cursor].concat())
    }
}

fn open<C: DeserializeOwned>(token: &str, expected: [u8; FINGERPRINT]) -> Option<C> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (found, cursor) = bytes.split_at_checked(FINGERPRINT)?;
    if found != expected {
        return None;
    }
    serde_json::from_slice(cursor).ok()
}

fn fingerprint(list: &impl Serialize) -> [u8; FINGERPRINT] {
    let list = serde_json::to_vec(list).expect("filters are plain values");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &list);
    let mut fingerprint = [0; FINGERPRINT];
    fingerprint.copy_from_slice(&digest.as_ref()[..FINGERPRINT]);
    fingerprint
}
