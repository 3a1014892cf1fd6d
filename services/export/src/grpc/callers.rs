//! From the principal of a call to what commands ask: who acts. Runs are the agency's alone,
//! what is told of a person is that person's.

use platform::access::Reader;
use platform::audit::Actor;
use platform::auth::{self, OrganisationKind, Principal, SignedIn};
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;
use tonic::Request;

use crate::commands::Caller;
use crate::domain::ids::PersonId;

/// The caller, who must be the agency: a second lock, since the permissions of these calls are the agency's alone.
pub fn agency<T>(request: &Request<T>) -> Result<Caller, Rejection> {
    let principal = auth::caller(request)?;
    Ok(Caller {
        actor: actor(principal)?,
        subject: principal.subject(),
    })
}

/// The ids of the participant who signed in.
pub fn participant<T>(request: &Request<T>) -> Result<Vec<PersonId>, Rejection> {
    match auth::caller(request)? {
        Principal::Participant(who) => {
            let ids = std::iter::once(who.person_id).chain(who.aliases.iter().copied());
            Ok(ids.map(PersonId::from_uuid).collect())
        }
        Principal::Staff { .. }
        | Principal::AgencyClient(_)
        | Principal::SupplierClient(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => Err(not_allowed()),
    }
}

/// Who is told of as a reader.
pub fn reader<T>(request: &Request<T>) -> Result<Reader, Rejection> {
    agency(request)?;
    Reader::of(auth::caller(request)?).ok_or_else(not_allowed)
}

fn actor(principal: &Principal) -> Result<Actor, Rejection> {
    match principal {
        Principal::Staff {
            who: SignedIn { person_id, .. },
            account: Some(account),
        } if account.organisation_kind == OrganisationKind::Agency => Ok(Actor {
            kind: "staff",
            id: person_id.to_string(),
            account_id: Some(account.account_id),
            organisation_id: Some(account.organisation_id),
        }),
        Principal::AgencyClient(client) => Ok(Actor {
            kind: "client",
            id: client.client_id.to_string(),
            account_id: None,
            organisation_id: Some(client.organisation_id),
        }),
        Principal::Staff { .. }
        | Principal::SupplierClient(_)
        | Principal::Participant(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => Err(not_allowed()),
    }
}

fn not_allowed() -> Rejection {
    Rejection::forbidden(ErrorReason::CallerNotAllowed)
}
