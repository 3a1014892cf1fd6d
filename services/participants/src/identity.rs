//! The call to identity that gives numbers their person. Never made inside a transaction.

use platform::grpc::{ClientChannel, Code, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::identity::v1::person_service_client::PersonServiceClient;

use crate::domain::ids::PersonId;

/// Identity, as participants needs it. Clones share the channel.
#[derive(Clone)]
pub struct Identity(PersonServiceClient<ClientChannel>);

/// What identity said of a number.
pub type Registered = Result<PersonId, ErrorReason>;

impl Identity {
    pub fn new(channel: ClientChannel) -> Self {
        Self(PersonServiceClient::new(channel))
    }

    /// The person of each number, at most 500. identity takes all numbers or none, so those it refuses are left out of a
    /// second call.
    pub async fn register_persons(&self, numbers: &[&str]) -> Result<Vec<Registered>, Rejection> {
        let mut answers: Vec<Option<Registered>> = vec![None; numbers.len()];
        for _ in 0..2 {
            let open: Vec<usize> = (0..numbers.len())
                .filter(|index| answers[*index].is_none())
                .collect();
            if open.is_empty() {
                break;
            }
            match self.register(open.iter().map(|index| numbers[*index])).await {
                Ok(ids) if ids.len() == open.len() => {
                    for (index, id) in open.into_iter().zip(ids) {
                        answers[index] = Some(Ok(id));
                    }
                }
                Ok(_) => return Err(Rejection::internal("identity answered with other ids")),
                Err(refusal) => note_refused(&mut answers, &open, refusal)?,
            }
        }
        let complete: Option<Vec<Registered>> = answers.into_iter().collect();
        complete.ok_or_else(|| Rejection::internal("identity refused numbers it had not named"))
    }

    async fn register(&self, numbers: impl Iterator<Item = &str>) -> Result<Vec<PersonId>, Rejection> {
        let request = pb::RegisterPersonsRequest {
            numbers: numbers.map(str::to_owned).collect(),
        };
        let answer = self.0.clone().register_persons(request).await;
        let answer = answer.map_err(|status| refused(&status))?.into_inner();
        Ok(answer
            .person_ids
            .iter()
            .filter_map(|id| PersonId::parse(id).ok())
            .collect())
    }
}

fn note_refused(
    answers: &mut [Option<Registered>],
    open: &[usize],
    refusal: Rejection,
) -> Result<(), Rejection> {
    let mut has_noted = false;
    for violation in refusal.violations() {
        let index = violation
            .path
            .strip_prefix("numbers[")
            .and_then(|rest| rest.strip_suffix(']'))
            .and_then(|index| index.parse::<usize>().ok());
        if let Some(index) = index.and_then(|index| open.get(index)) {
            answers[*index] = Some(Err(violation.reason));
            has_noted = true;
        }
    }
    if has_noted { Ok(()) } else { Err(refusal) }
}

// That identity refuses us for who we are is no fault of our caller's.
fn refused(status: &tonic::Status) -> Rejection {
    let refusal = Rejection::from_status(status);
    match refusal.code() {
        Code::Unauthenticated | Code::Forbidden => Rejection::internal(refusal),
        Code::Invalid
        | Code::NotFound
        | Code::AlreadyExists
        | Code::Conflict
        | Code::Precondition
        | Code::Exhausted
        | Code::Unavailable
        | Code::Deadline
        | Code::Internal => refusal,
    }
}
