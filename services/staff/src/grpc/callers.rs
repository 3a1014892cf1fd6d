//! From the principal of a call to what commands ask: who acts, for whom, and whether it is the agency.

use platform::audit::Actor;
use platform::auth::{self, OrganisationKind, Principal, SignedIn};
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::Permission;
use tonic::Request;

use crate::commands::Caller;
use crate::commands::end_account::EndingRights;
use crate::domain::ids::{OrganisationId, PersonId, Who};

/// Whose data a read is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Own(OrganisationId),
    /// The agency reads the whole register.
    Everything,
}

pub fn caller<T>(request: &Request<T>) -> Result<Caller, Rejection> {
    let principal = auth::caller(request)?;
    Ok(Caller {
        actor: actor(principal)?,
        subject: principal.subject(),
    })
}

/// The person who signed in, with or without an account.
pub fn who<T>(request: &Request<T>) -> Result<Who, Rejection> {
    let person = auth::caller(request)?.person().ok_or_else(not_allowed)?;
    let aliases = person.aliases.iter().copied().map(PersonId::from_uuid);
    Ok(Who {
        person: PersonId::from_uuid(person.person_id),
        aliases: aliases.collect(),
    })
}

/// The organisation the caller belongs to.
pub fn own<T>(request: &Request<T>) -> Result<OrganisationId, Rejection> {
    match auth::caller(request)? {
        principal @ Principal::Staff { .. } => {
            Ok(OrganisationId::from_uuid(principal.account()?.organisation_id))
        }
        Principal::AgencyClient(client) | Principal::SupplierClient(client) => {
            Ok(OrganisationId::from_uuid(client.organisation_id))
        }
        Principal::Participant(_) | Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

pub fn reach<T>(request: &Request<T>) -> Result<Reach, Rejection> {
    if is_agency(auth::caller(request)?) {
        Ok(Reach::Everything)
    } else {
        Ok(Reach::Own(own(request)?))
    }
}

/// A second lock: the permissions that these calls need belong to the agency alone.
pub fn require_agency<T>(request: &Request<T>) -> Result<(), Rejection> {
    if is_agency(auth::caller(request)?) {
        Ok(())
    } else {
        Err(not_allowed())
    }
}

pub fn ending_rights<T>(request: &Request<T>, now: jiff::Timestamp) -> Result<EndingRights, Rejection> {
    let principal = auth::caller(request)?;
    let account = principal.account()?;
    Ok(EndingRights {
        organisation: OrganisationId::from_uuid(account.organisation_id),
        own: account.may(Permission::AdministerPermissions, now),
        others: is_agency(principal) && account.may(Permission::AdministerRegister, now),
    })
}

fn is_agency(principal: &Principal) -> bool {
    match principal {
        Principal::AgencyClient(_) => true,
        Principal::Staff {
            account: Some(account),
            ..
        } => account.organisation_kind == OrganisationKind::Agency,
        Principal::Staff { account: None, .. }
        | Principal::Participant(_)
        | Principal::SupplierClient(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => false,
    }
}

fn actor(principal: &Principal) -> Result<Actor, Rejection> {
    match principal {
        Principal::Staff {
            who: SignedIn { person_id, .. },
            account,
        } => Ok(Actor {
            kind: "staff",
            id: person_id.to_string(),
            account_id: account.as_ref().map(|account| account.account_id),
            organisation_id: account.as_ref().map(|account| account.organisation_id),
        }),
        Principal::AgencyClient(client) | Principal::SupplierClient(client) => Ok(Actor {
            kind: "client",
            id: client.client_id.to_string(),
            account_id: None,
            organisation_id: Some(client.organisation_id),
        }),
        Principal::Participant(_) | Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

fn not_allowed() -> Rejection {
    Rejection::forbidden(ErrorReason::CallerNotAllowed)
}
