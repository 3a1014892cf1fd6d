//! Messages in a stream: a byte of flags, the length in four bytes, the message. The last one says how the stream ended.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use serde_json::{Value, json};

use crate::problem::Problem;

const HEADER: usize = 5;
const PLAIN: u8 = 0;
const END: u8 = 0b10;

/// A message as part of a stream.
pub fn message(payload: &[u8]) -> Bytes {
    framed(PLAIN, payload)
}

/// The end of a stream, good or bad.
pub fn end(problem: Option<&Problem>) -> Bytes {
    let trailer = problem.map_or_else(
        || json!({}),
        |problem| json!({ "error": problem.connect_error() }),
    );
    framed(END, Value::to_string(&trailer).as_bytes())
}

/// The one message of a request that is answered by a stream.
pub fn only(mut body: Bytes) -> Result<Bytes, Problem> {
    if body.len() < HEADER {
        return Err(Problem::malformed());
    }
    let flags = body.get_u8();
    let length = body.get_u32();
    let is_whole = usize::try_from(length).is_ok_and(|length| length == body.len());
    match flags {
        PLAIN if is_whole => Ok(body),
        PLAIN => Err(Problem::malformed()),
        _ => Err(Problem::wrong_content()),
    }
}

fn framed(flags: u8, payload: &[u8]) -> Bytes {
    let length = u32::try_from(payload.len()).expect("a message is far below 4 GiB");
    let mut frame = BytesMut::with_capacity(HEADER + payload.len());
    frame.put_u8(flags);
    frame.put_u32(length);
    frame.put_slice(payload);
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_frame_is_flags_length_and_message() {
        assert_eq!(message(b"abc"), &b"\0\0\0\0\x03abc"[..]);
        assert_eq!(end(None), &b"\x02\0\0\0\x02{}"[..]);
    }

    #[test]
    fn a_bad_end_says_why() {
        let frame = end(Some(&Problem::malformed()));

        assert_eq!(frame[0], END);
        let trailer: Value = serde_json::from_slice(&frame[HEADER..]).unwrap();
        assert_eq!(trailer["error"]["code"], "invalid_argument");
    }

    #[test]
    fn a_request_is_exactly_one_plain_message() {
        for body in [
            &b""[..],
            b"\0\0\0\0",
            b"\0\0\0\0\x04abc",
            b"\0\0\0\0\x02abc",
            b"\x01\0\0\0\x03abc",
            b"\x02\0\0\0\x02{}",
        ] {
            assert!(only(Bytes::copy_from_slice(body)).is_err(), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_framed_is_read_back(payload in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(only(message(&payload)).unwrap(), payload);
        }

        #[test]
        fn withstands_any_bytes(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = only(Bytes::from(body));
        }
    }
}
