//! From the principal of a call to what commands ask: who acts, for whom, and which placements are in reach.

use std::collections::BTreeSet;

use platform::access::Reader;
use platform::audit::Actor;
use platform::auth::{self, AccountGrant, Offices, Principal, Scope, SignedIn};
use platform::grpc::Rejection;
use proto::errors::v1::ErrorReason;
use tonic::Request;

use crate::commands::{Caller, Places, Reach, Who};
use crate::domain::ids::{OfficeId, OrganisationId, PersonId, UnitId};

pub fn caller<T>(request: &Request<T>) -> Result<Caller, Rejection> {
    let principal = auth::caller(request)?;
    Ok(Caller {
        actor: actor(principal)?,
        subject: principal.subject(),
        reader: Reader::of(principal),
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

/// Where the caller reports: a staff account in its scope, a supplier's system in its whole organisation.
pub fn reach<T>(request: &Request<T>) -> Result<Reach, Rejection> {
    match auth::caller(request)? {
        principal @ Principal::Staff { .. } => Ok(scope(principal.account()?)),
        Principal::SupplierClient(client) => Ok(Reach {
            organisation: OrganisationId::from_uuid(client.organisation_id),
            places: None,
        }),
        Principal::AgencyClient(_)
        | Principal::Participant(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => Err(not_allowed()),
    }
}

/// A second lock: payment bases and the catalogue are the agency's.
pub fn require_agency<T>(request: &Request<T>) -> Result<(), Rejection> {
    let is_agency = match auth::caller(request)? {
        Principal::AgencyClient(_) => true,
        Principal::Staff {
            account: Some(account),
            ..
        } => account.organisation_kind == auth::OrganisationKind::Agency,
        Principal::Staff { account: None, .. }
        | Principal::Participant(_)
        | Principal::SupplierClient(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => false,
    };
    if is_agency { Ok(()) } else { Err(not_allowed()) }
}

fn scope(account: &AccountGrant) -> Reach {
    let places = match &*account.scope {
        Scope::AllUnits => None,
        Scope::Units(units) => {
            let (mut whole, mut offices) = (BTreeSet::new(), BTreeSet::new());
            for unit in units {
                match &unit.offices {
                    Offices::All => {
                        whole.insert(UnitId::from_uuid(unit.unit_id));
                    }
                    Offices::Named(named) => {
                        offices.extend(named.iter().copied().map(OfficeId::from_uuid));
                    }
                }
            }
            Some(Places {
                units: whole,
                offices,
            })
        }
    };
    Reach {
        organisation: OrganisationId::from_uuid(account.organisation_id),
        places,
    }
}

fn person(who: &SignedIn) -> Who {
    Who {
        person: PersonId::from_uuid(who.person_id),
        aliases: who.aliases.iter().copied().map(PersonId::from_uuid).collect(),
    }
}

fn actor(principal: &Principal) -> Result<Actor, Rejection> {
    match principal {
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
        Principal::Participant(who) => Ok(Actor {
            kind: "participant",
            id: who.person_id.to_string(),
            account_id: None,
            organisation_id: None,
        }),
        Principal::Service(_) | Principal::Certificate(_) => Err(not_allowed()),
    }
}

fn not_allowed() -> Rejection {
    Rejection::forbidden(ErrorReason::CallerNotAllowed)
}
