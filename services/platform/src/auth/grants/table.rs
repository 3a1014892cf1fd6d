//! Accounts by id, guarded by revision. Pure: the same records in any order and number give the same table.

use std::collections::HashMap;

use uuid::Uuid;

use super::HeldAccount;
use crate::auth::AccountGrant;
use crate::outbox::Revision;

/// What a record makes of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It may be used.
    Active(AccountGrant),
    /// It may not be used: ended, or nobody is bound to it yet.
    Inactive,
    /// The record cannot be read, so nothing is granted.
    Unreadable,
    /// It is gone.
    Erased,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    accounts: HashMap<Uuid, Held>,
}

#[derive(Debug)]
struct Held {
    revision: Revision,
    state: Change,
}

impl Table {
    /// Takes a change unless a newer or the same one is held.
    pub(super) fn apply(&mut self, account_id: Uuid, revision: Revision, state: Change) {
        let is_newer = self.revision(account_id).is_none_or(|held| held < revision);
        if is_newer {
            self.accounts.insert(account_id, Held { revision, state });
        }
    }

    /// Takes an account's grants away until a newer record than the one held arrives.
    pub(super) fn distrust(&mut self, account_id: Uuid) {
        let revision = self.revision(account_id).unwrap_or(Revision { epoch: 0, n: 0 });
        self.accounts.insert(
            account_id,
            Held {
                revision,
                state: Change::Unreadable,
            },
        );
    }

    /// The account, if it may be used.
    pub(super) fn account(&self, account_id: Uuid) -> Option<&AccountGrant> {
        match &self.accounts.get(&account_id)?.state {
            Change::Active(account) => Some(account),
            Change::Inactive | Change::Unreadable | Change::Erased => None,
        }
    }

    /// The revision held of an account, whatever its state.
    pub(super) fn revision(&self, account_id: Uuid) -> Option<Revision> {
        self.accounts.get(&account_id).map(|held| held.revision)
    }

    /// The account with its revision, whatever its state.
    pub(super) fn held(&self, account_id: Uuid) -> Option<HeldAccount> {
        let revision = self.revision(account_id)?;
        Some(HeldAccount {
            account_id,
            revision,
            grant: self.account(account_id).cloned(),
        })
    }

    /// All accounts, in no order.
    pub(super) fn all_held(&self) -> Vec<HeldAccount> {
        self.accounts
            .keys()
            .filter_map(|account_id| self.held(*account_id))
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.accounts.len()
    }
}
