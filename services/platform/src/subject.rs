//! A person's own records for `deltaga.subject.v1.SubjectService`: messages of the contract, packed, and read page by page
//! while the caller takes them, so that a stream needs the memory of one page whatever is held.

use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use proto::subject::v1::ExportSubjectResponse;
use tonic::Status;

use crate::grpc::Rejection;

/// The answer of `ExportSubject`.
pub type Records = BoxStream<'static, Result<ExportSubjectResponse, Status>>;

/// Some records, and where the next ones begin; None behind the last.
pub type RecordPage<P> = (Vec<ExportSubjectResponse>, Option<P>);

/// Every record from `start` on. `read` is asked for the next page when the one before has been taken; what goes wrong ends
/// the stream with a refusal, so that nobody takes a part for the whole.
pub fn records<P, F, R>(start: P, read: F) -> Records
where
    P: Send + 'static,
    F: Fn(P) -> R + Send + 'static,
    R: Future<Output = Result<RecordPage<P>, Rejection>> + Send + 'static,
{
    let pages = stream::try_unfold(Some(start), move |place| {
        let page = place.map(&read);
        async move {
            let Some(page) = page else { return Ok(None) };
            let (records, next) = page.await?;
            Ok::<_, Status>(Some((stream::iter(records.into_iter().map(Ok)), next)))
        }
    });
    pages.try_flatten().boxed()
}

/// A message as a record.
pub fn record<M: prost::Name>(message: &M) -> ExportSubjectResponse {
    let packed = prost_types::Any::from_msg(message).expect("a vector grows with what is written to it");
    ExportSubjectResponse { record: Some(packed) }
}
