//! `deltaga.subject.v1.SubjectService`, the same in every service: messages of the contract, packed, and read page by page
//! while the caller takes them, so that a stream needs the memory of one page whatever is held.

use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use proto::subject::v1::subject_service_server::{SubjectService, SubjectServiceServer};
use proto::subject::v1::{ExportSubjectRequest, ExportSubjectResponse};
use tonic::{Request, Response, Status};

use crate::grpc::Rejection;

/// Some records, and where the next ones begin; None behind the last.
pub type RecordPage<P> = (Vec<ExportSubjectResponse>, Option<P>);

type Records = BoxStream<'static, Result<ExportSubjectResponse, Status>>;

/// What a service holds of persons.
#[tonic::async_trait]
pub trait Holdings: Send + Sync + 'static {
    /// Whose records, by the caller's token.
    type Who: Send + Sync;
    /// Where a page begins.
    type Place: Send + 'static;

    /// Where the first begins.
    const START: Self::Place;

    /// Whoever asks; others than persons are refused.
    fn who(request: &Request<ExportSubjectRequest>) -> Result<Self::Who, Rejection>;

    /// The records from a place on.
    async fn page(&self, who: &Self::Who, from: Self::Place) -> Result<RecordPage<Self::Place>, Rejection>;
}

/// The adapter.
#[derive(Debug)]
pub struct Subjects<H>(Arc<H>);

/// The service, to be mounted.
pub fn server<H: Holdings>(holdings: H) -> SubjectServiceServer<Subjects<H>> {
    SubjectServiceServer::new(Subjects(Arc::new(holdings)))
}

/// A message as a record.
pub fn record<M: prost::Name>(message: &M) -> ExportSubjectResponse {
    let packed = prost_types::Any::from_msg(message).expect("a vector grows with what is written to it");
    ExportSubjectResponse { record: Some(packed) }
}

/// Where to go on behind a full page, by its last row; one that is not full was the last of its kind.
pub fn behind<T, P>(page: &[T], size: usize, place: impl Fn(&T) -> P) -> Option<P> {
    page.last().filter(|_| page.len() >= size).map(place)
}

#[tonic::async_trait]
impl<H: Holdings> SubjectService for Subjects<H> {
    type ExportSubjectStream = Records;

    async fn export_subject(
        &self,
        request: Request<ExportSubjectRequest>,
    ) -> Result<Response<Records>, Status> {
        let (holdings, who) = (self.0.clone(), Arc::new(H::who(&request)?));
        Ok(Response::new(records(H::START, move |place| {
            let (holdings, who) = (holdings.clone(), who.clone());
            async move { holdings.page(&who, place).await }
        })))
    }
}

// The next page is asked for when the one before has been taken; what goes wrong ends the stream with a refusal, so that
// nobody takes a part for the whole.
fn records<P, F, R>(start: P, read: F) -> Records
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

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use tonic::Code;

    use super::*;
    use crate::grpc::rejection;

    fn numbered(number: i64) -> ExportSubjectResponse {
        record(&proto::types::v1::Day {
            year: i32::try_from(number).unwrap(),
            ..Default::default()
        })
    }

    #[tokio::test]
    async fn an_empty_page_is_not_the_end() {
        let pages = [vec![numbered(1)], vec![], vec![numbered(2)]];
        let stream = records(0, move |place: usize| {
            let page = (pages[place].clone(), (place < 2).then_some(place + 1));
            async move { Ok(page) }
        });

        let told: Vec<_> = stream.map(Result::unwrap).collect().await;

        assert_eq!(told, [numbered(1), numbered(2)]);
    }

    #[tokio::test]
    async fn what_breaks_off_ends_with_a_refusal() {
        let stream = records(0, |place: usize| async move {
            if place == 0 {
                Ok((vec![numbered(1)], Some(1)))
            } else {
                Err(rejection::Rejection::unavailable())
            }
        });

        let told: Vec<_> = stream.collect().await;

        assert_eq!(told.len(), 2);
        assert_eq!(told[1].as_ref().unwrap_err().code(), Code::Unavailable);
    }

    #[test]
    fn a_page_that_is_not_full_was_the_last() {
        assert_eq!(behind(&[1, 2], 2, |last| *last), Some(2));
        assert_eq!(behind(&[1], 2, |last| *last), None);
        assert_eq!(behind(&[], 2, |last: &i32| *last), None);
    }
}
