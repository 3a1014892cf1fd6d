//! From the principal of a call to what commands and queries ask: who acts, who reads, and what they see.

use jiff::Timestamp;
use platform::access::Reader;
use platform::audit::Actor;
use platform::auth::{self, AccountGrant, Principal};
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::Permission;
use tonic::Request;

use crate::commands::Caller;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::visibility::{StaffViewer, Viewer};

pub fn caller<T>(request: &Request<T>) -> Result<Caller, Rejection> {
    let principal = auth::caller(request)?;
    let reader = Reader::of(principal).ok_or_else(not_allowed)?;
    Ok(Caller {
        actor: actor(principal, &reader)?,
        subject: principal.subject(),
        reader,
    })
}

pub fn reader<T>(request: &Request<T>) -> Result<Reader, Rejection> {
    Reader::of(auth::caller(request)?).ok_or_else(not_allowed)
}

pub fn viewer<T>(request: &Request<T>, now: Timestamp) -> Result<Viewer, Rejection> {
    match auth::caller(request)? {
        principal @ Principal::Staff { .. } => Ok(Viewer::Staff(staff_of(principal.account()?, now))),
        Principal::SupplierClient(client) => Ok(Viewer::Supplier(OrganisationId::from_uuid(
            client.organisation_id,
        ))),
        Principal::AgencyClient(_) => Ok(Viewer::Agency),
        Principal::Participant(_) | Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

/// For calls that staff alone may make.
pub fn staff<T>(request: &Request<T>, now: Timestamp) -> Result<StaffViewer, Rejection> {
    Ok(staff_of(auth::caller(request)?.account()?, now))
}

/// Every id of the participant who signed in.
pub fn participant<T>(request: &Request<T>) -> Result<Vec<PersonId>, Rejection> {
    let Principal::Participant(who) = auth::caller(request)? else {
        return Err(not_allowed());
    };
    let ids = std::iter::once(who.person_id).chain(who.aliases.iter().copied());
    Ok(ids.map(PersonId::from_uuid).collect())
}

fn staff_of(account: &AccountGrant, now: Timestamp) -> StaffViewer {
    StaffViewer {
        organisation: OrganisationId::from_uuid(account.organisation_id),
        receives: account.may(Permission::ReceiveParticipants, now),
        reports: account.may(Permission::ReportAndPlan, now),
        grant: account.clone(),
    }
}

fn actor(principal: &Principal, reader: &Reader) -> Result<Actor, Rejection> {
    match principal {
        Principal::Staff { who, account } => Ok(Actor {
            kind: "staff",
            id: who.person_id.to_string(),
            account_id: account.as_ref().map(|account| account.account_id),
            organisation_id: Some(reader.organisation_id),
        }),
        Principal::AgencyClient(client) | Principal::SupplierClient(client) => Ok(Actor {
            kind: "client",
            id: client.client_id.to_string(),
            account_id: None,
            organisation_id: Some(reader.organisation_id),
        }),
        Principal::Participant(_) | Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

fn not_allowed() -> Rejection {
    Rejection::forbidden(ErrorReason::CallerNotAllowed)
}
