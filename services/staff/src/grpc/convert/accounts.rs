//! Accounts and nominations for the wire.

use jiff::Timestamp;
use platform::grpc::convert::{etag, to_timestamp};
use proto::staff::v1 as pb;

use crate::domain::account::{Account, AccountState};
use crate::domain::contact::{BankIdName, Email, Phone};
use crate::domain::nomination::{Nomination, NominationState};
use crate::domain::scope::{Offices, UnitScope};
use crate::events::publish;
use crate::queries::accounts::OwnAccount;

pub fn account(account: &Account) -> pb::Account {
    let grants = account
        .permissions
        .grants()
        .iter()
        .map(|grant| pb::PermissionGrant {
            permission: publish::permission(grant.permission).into(),
            validity: Some(publish::validity(grant.validity)),
        });
    pb::Account {
        account_id: account.id.to_string(),
        organisation_id: account.organisation.to_string(),
        state: state(&account.state).into(),
        name: account.name.as_str().to_owned(),
        bankid_name: text(account.bankid_name.as_ref().map(BankIdName::as_str)),
        work_email: text(account.work_email.as_ref().map(Email::as_str)),
        work_phone: text(account.work_phone.as_ref().map(Phone::as_str)),
        permissions: grants.collect(),
        scope: account.scope.units().iter().map(unit_scope).collect(),
        etag: etag(account.revision),
        show_function_only: account.shows_function_only,
    }
}

pub fn my_account(own: &OwnAccount) -> pb::MyAccount {
    pb::MyAccount {
        account: Some(account(&own.account)),
        organisation_name: own.organisation_name.clone(),
    }
}

pub fn account_name(account: &Account) -> pb::AccountName {
    pb::AccountName {
        account_id: account.id.to_string(),
        name: account.name.as_str().to_owned(),
        work_email: text(account.work_email.as_ref().map(Email::as_str)),
        work_phone: text(account.work_phone.as_ref().map(Phone::as_str)),
    }
}

pub fn nomination(nomination: &Nomination, now: Timestamp) -> pb::Nomination {
    let (state, account_id) = match nomination.state {
        NominationState::Open if nomination.is_open(now) => (pb::NominationState::Open, None),
        NominationState::Open => (pb::NominationState::Expired, None),
        NominationState::Revoked => (pb::NominationState::Revoked, None),
        NominationState::Accepted { account } => (pb::NominationState::Accepted, Some(account.to_string())),
    };
    pb::Nomination {
        nomination_id: nomination.id.to_string(),
        organisation_id: nomination.organisation.to_string(),
        name: nomination.name.as_str().to_owned(),
        state: state.into(),
        nominated_at: Some(to_timestamp(nomination.nominated_at)),
        expires_at: Some(to_timestamp(nomination.expires_at)),
        refused_attempts: nomination.refused_attempts,
        account_id,
    }
}

fn state(state: &AccountState) -> pb::AccountState {
    match state {
        AccountState::Invited { .. } => pb::AccountState::Invited,
        AccountState::WaitingForConfirmation { .. } => pb::AccountState::WaitingForConfirmation,
        AccountState::Active { .. } => pb::AccountState::Active,
        AccountState::Ended { .. } => pb::AccountState::Ended,
    }
}

fn unit_scope(unit: &UnitScope) -> pb::UnitScope {
    let (all_offices, office_ids) = match &unit.offices {
        Offices::All => (true, Vec::new()),
        Offices::Named(offices) => (false, offices.iter().map(ToString::to_string).collect()),
    };
    pb::UnitScope {
        unit_id: unit.unit.to_string(),
        all_offices,
        office_ids,
    }
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}
