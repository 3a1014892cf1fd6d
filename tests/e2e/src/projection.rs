//! What a probe holds, and the same recomputed from what staff's tables say. The recomputation shares no code with the
//! platform's projection.

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use jiff::civil::Date;
use proto::staff::events::v1::{AccountState, Grant, GrantScope};
use proto::staff::v1::{GrantChange, ListGrantChangesRequest, grant_service_client::GrantServiceClient};
use proto::types::v1::Day;
use serde::Deserialize;
use tonic::transport::Channel;

/// An account with all that decisions rest on.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    pub account: String,
    pub revision: String,
    pub grant: Option<HeldGrant>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldGrant {
    pub person: String,
    pub organisation: String,
    pub kind: String,
    pub permissions: Vec<HeldPermission>,
    pub units: Option<Vec<HeldUnit>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldPermission {
    pub permission: String,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldUnit {
    pub unit: String,
    pub offices: Option<Vec<String>>,
}

/// All accounts from staff's tables, by id.
pub async fn recompute(staff: Channel) -> Result<Vec<Held>> {
    let mut client = GrantServiceClient::new(staff);
    let mut since = String::new();
    let mut all = Vec::new();
    loop {
        let answer = client
            .list_grant_changes(ListGrantChangesRequest { since })
            .await?
            .into_inner();
        for change in &answer.changes {
            all.push(held(change)?);
        }
        since = answer.next_since;
        if answer.complete {
            break;
        }
    }
    all.sort_unstable();
    // One may come twice; of two revisions the later one counts, and both are there only if it changed meanwhile.
    all.dedup();
    Ok(all)
}

impl Held {
    /// The same with everything in an order of its own, so that only the content is compared.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        if let Some(grant) = &mut self.grant {
            grant.permissions.sort_unstable();
            for unit in grant.units.iter_mut().flatten() {
                unit.offices
                    .iter_mut()
                    .for_each(|offices| offices.sort_unstable());
            }
            grant.units.iter_mut().for_each(|units| units.sort_unstable());
        }
        self
    }
}

fn held(change: &GrantChange) -> Result<Held> {
    let revision = change.revision.context("a change without revision")?;
    let state = change.account.as_ref().context("a change without account")?;
    let held = Held {
        account: state.account_id.clone(),
        revision: format!("{}.{}", revision.epoch, revision.n),
        grant: if state.active { Some(grant(state)?) } else { None },
    };
    Ok(held.sorted())
}

fn grant(state: &AccountState) -> Result<HeldGrant> {
    ensure!(!state.person_id.is_empty(), "an active account of nobody");
    Ok(HeldGrant {
        person: state.person_id.clone(),
        organisation: state.organisation_id.clone(),
        kind: state.organisation_kind().as_str_name().to_owned(),
        permissions: state.grants.iter().map(permission).collect::<Result<_>>()?,
        units: Some(state.scope.iter().map(unit).collect()),
    })
}

fn permission(grant: &Grant) -> Result<HeldPermission> {
    let validity = grant.validity.context("a grant without validity")?;
    let from = date(validity.from.context("a validity without beginning")?)?;
    let last = validity.to.map(date).transpose()?;
    Ok(HeldPermission {
        permission: grant.permission().as_str_name().to_owned(),
        from: midnight(from)?,
        until: last.map(|last| midnight(last.tomorrow()?)).transpose()?,
    })
}

fn unit(scope: &GrantScope) -> HeldUnit {
    HeldUnit {
        unit: scope.unit_id.clone(),
        offices: (!scope.all_offices).then(|| scope.office_ids.clone()),
    }
}

fn date(day: Day) -> Result<Date> {
    Ok(Date::new(
        i16::try_from(day.year)?,
        i8::try_from(day.month)?,
        i8::try_from(day.day)?,
    )?)
}

fn midnight(day: Date) -> Result<Timestamp> {
    Ok(day.in_tz("Europe/Stockholm")?.timestamp())
}
