//! The body of a request, read as far as its caller is trusted and as far as there is room in the whole process.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use platform::grpc::Rejection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{App, BoxError};
use crate::clients::Caller;
use crate::problem::Problem;

/// More than anybody has to say who has shown no session and no token.
const UNKNOWN_CALLERS: usize = 16 * 1024;
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A body, and the room it takes until it is dropped.
pub(super) struct Taken {
    pub(super) bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl App {
    /// The whole body, if it is not too large for this caller.
    pub(super) async fn body<B>(
        &self,
        caller: &Caller,
        headers: &HeaderMap,
        body: B,
    ) -> Result<Taken, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let limit = limit(caller, self.config.limits.body_bytes);
        let announced = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok());
        let announced = announced.and_then(|length| length.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(Problem::too_large(limit));
        }
        collect(&self.bodies, body, limit).await
    }
}

fn limit(caller: &Caller, most: usize) -> usize {
    match caller {
        Caller::Own
        | Caller::Supplier {
            authorization: None, ..
        } => most.min(UNKNOWN_CALLERS),
        Caller::Person { .. }
        | Caller::Supplier {
            authorization: Some(_),
            ..
        } => most,
    }
}

// Room is taken for what has come, not for what was announced: else a promise alone would keep others out.
async fn collect<B>(room: &Arc<Semaphore>, body: B, limit: usize) -> Result<Taken, Problem>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(Limited::new(body, limit));
    let mut bytes = BytesMut::new();
    let mut taken: Option<OwnedSemaphorePermit> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Problem::too_large(limit)
            } else {
                Problem::malformed()
            }
        })?;
        let Ok(data) = frame.into_data() else { continue };
        let more = u32::try_from(data.len()).map_err(|_| Problem::too_large(limit))?;
        let more = room.clone().try_acquire_many_owned(more).map_err(|_| full())?;
        match &mut taken {
            Some(taken) => taken.merge(more),
            None => taken = Some(more),
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Taken {
        bytes: bytes.freeze(),
        _room: taken,
    })
}

fn full() -> Problem {
    Rejection::unavailable().retry_after(ASK_AGAIN).into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http_body_util::Full;
    use platform::auth::Thumbprint;

    use super::*;

    fn supplier(authorization: Option<HeaderValue>) -> Caller {
        Caller::Supplier {
            certificate: Thumbprint::of(b"certificate"),
            authorization,
        }
    }

    #[test]
    fn who_has_shown_nothing_has_little_to_say() {
        let most = 4 * 1024 * 1024;
        let token = HeaderValue::from_static("Bearer token");

        assert_eq!(limit(&Caller::Own, most), UNKNOWN_CALLERS);
        assert_eq!(limit(&supplier(None), most), UNKNOWN_CALLERS);
        assert_eq!(limit(&supplier(Some(token)), most), most);
        assert_eq!(limit(&Caller::Own, 1024), 1024);
    }

    #[tokio::test]
    async fn bodies_share_the_room_of_the_process_and_give_it_back() {
        let room = Arc::new(Semaphore::new(10));
        let take = |length| collect(&room, Full::new(Bytes::from(vec![0; length])), 100);

        let first = take(8).await.unwrap();
        let refused = take(3).await.err().unwrap();
        assert_eq!(refused.code(), "unavailable");
        assert!(
            refused
                .into_response(crate::problem::Form::Connect)
                .headers()
                .contains_key("retry-after")
        );
        assert_eq!(first.bytes.len(), 8);
        drop(first);

        assert!(take(10).await.is_ok());
        assert_eq!(take(101).await.err().unwrap().code(), "resource_exhausted");
        assert_eq!(room.available_permits(), 10);
    }
}
