//! Accounts as staff tells of them, given to the grants as records with a heartbeat.

use platform::clock::Clock as _;
use platform::grpc::convert::{to_day, to_timestamp};
use platform::outbox::Revision;
use prost::Message as _;
use proto::policy::v1::Permission;
use proto::staff::events::v1 as events;
use proto::types::v1::Validity;
use uuid::Uuid;

use super::Stand;

/// What an account may, and where: units with all offices, or the offices named.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: Uuid,
    pub person: Uuid,
    pub organisation: Uuid,
    pub permissions: Vec<Permission>,
    pub units: Vec<(Uuid, Vec<Uuid>)>,
}

impl Stand {
    /// The account as it is from now on.
    pub fn grant(&self, account: &Account, n: i64) {
        self.take(&account.id.to_string(), n, record(account, true));
    }

    /// The account has ended.
    pub fn end(&self, account: &Account, n: i64) {
        self.take(&account.id.to_string(), n, record(account, false));
    }

    /// The grants are as young as can be.
    pub fn heartbeat(&self) {
        let now = self.clock.now();
        let at = Some(to_timestamp(now));
        let heartbeat = events::account_record::Record::Heartbeat(events::Heartbeat { at });
        self.take("heartbeat-0", now.as_second(), heartbeat);
    }

    fn take(&self, key: &str, n: i64, record: events::account_record::Record) {
        let payload = events::AccountRecord { record: Some(record) }.encode_to_vec();
        self.grants
            .apply(0, key, Revision { epoch: 1, n }, Some(&payload));
    }
}

fn record(account: &Account, active: bool) -> events::account_record::Record {
    let validity = Validity {
        from: Some(to_day("2026-01-01".parse().unwrap())),
        to: None,
    };
    let grants = account.permissions.iter().map(|permission| events::Grant {
        permission: (*permission).into(),
        validity: Some(validity),
    });
    let scope = account.units.iter().map(|(unit, offices)| events::GrantScope {
        unit_id: unit.to_string(),
        all_offices: offices.is_empty(),
        office_ids: offices.iter().map(Uuid::to_string).collect(),
    });
    events::account_record::Record::Account(events::AccountState {
        account_id: account.id.to_string(),
        person_id: account.person.to_string(),
        organisation_id: account.organisation.to_string(),
        organisation_kind: events::OrganisationKind::Provider.into(),
        active,
        grants: grants.collect(),
        scope: scope.collect(),
    })
}
