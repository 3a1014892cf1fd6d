//! From the principal of a call to what commands ask: who acts, for whom, and how much they may see.

use platform::access::Reader;
use platform::audit::Actor;
use platform::auth::{self, OrganisationKind, Principal, SignedIn};
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::{Assurance, Permission};
use tonic::Request;

use crate::commands::Caller;
use crate::domain::ids::{OrganisationId, PersonId, Who};
use crate::queries::explain_row::Viewer;

pub fn caller<T>(request: &Request<T>) -> Result<Caller, Rejection> {
    let principal = auth::caller(request)?;
    Ok(Caller {
        actor: actor(principal)?,
        subject: principal.subject(),
    })
}

/// The participant who signed in.
pub fn participant<T>(request: &Request<T>) -> Result<Who, Rejection> {
    match auth::caller(request)? {
        Principal::Participant(who) => Ok(person(who)),
        Principal::Staff { .. }
        | Principal::AgencyClient(_)
        | Principal::SupplierClient(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => Err(not_allowed()),
    }
}

/// The agency, as it is told to the person whose data it reads. A second lock: the permission that these calls need
/// belongs to the agency alone.
pub fn agency<T>(request: &Request<T>) -> Result<Reader, Rejection> {
    let principal = auth::caller(request)?;
    if is_agency(principal) {
        Reader::of(principal).ok_or_else(not_allowed)
    } else {
        Err(not_allowed())
    }
}

/// Who asks for the way of a month.
pub fn viewer<T>(request: &Request<T>, now: jiff::Timestamp) -> Result<Viewer, Rejection> {
    let principal = auth::caller(request)?;
    if let Principal::Participant(who) = principal {
        return Ok(Viewer::Participant(person(who)));
    }
    let reader = Reader::of(principal).ok_or_else(not_allowed)?;
    match principal {
        Principal::AgencyClient(_) => Ok(Viewer::Agency(reader)),
        Principal::SupplierClient(client) => {
            let own = OrganisationId::from_uuid(client.organisation_id);
            Ok(Viewer::Supplier(own, reader))
        }
        Principal::Staff { who, .. } if who.assurance != Assurance::Bankid => {
            Err(Rejection::forbidden(ErrorReason::AssuranceTooLow)
                .with("assurance", Assurance::Bankid.as_str_name()))
        }
        Principal::Staff { .. } => {
            let account = principal.account()?;
            if account.organisation_kind == OrganisationKind::Agency
                && account.may(Permission::RunExports, now)
            {
                Ok(Viewer::Agency(reader))
            } else if account.may(Permission::ReportAndPlan, now) {
                Ok(Viewer::Staff(account.clone(), reader))
            } else {
                Err(not_allowed())
            }
        }
        Principal::Participant(_) | Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

fn person(who: &SignedIn) -> Who {
    let aliases = who.aliases.iter().copied().map(PersonId::from_uuid);
    Who {
        person: PersonId::from_uuid(who.person_id),
        aliases: aliases.collect(),
    }
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
        Principal::Participant(who) => Ok(Actor {
            kind: "participant",
            id: who.person_id.to_string(),
            account_id: None,
            organisation_id: None,
        }),
        Principal::Staff { who, account } => Ok(Actor {
            kind: "staff",
            id: who.person_id.to_string(),
            account_id: account.as_ref().map(|account| account.account_id),
            organisation_id: account.as_ref().map(|account| account.organisation_id),
        }),
        Principal::AgencyClient(client) | Principal::SupplierClient(client) => Ok(Actor {
            kind: "client",
            id: client.client_id.to_string(),
            account_id: None,
            organisation_id: Some(client.organisation_id),
        }),
        Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

fn not_allowed() -> Rejection {
    Rejection::forbidden(ErrorReason::CallerNotAllowed)
}
