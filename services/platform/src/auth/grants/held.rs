//! Looking at the projection as a whole, for comparing one with another or with what staff's tables say. Decisions are
//! not made from this.

use std::sync::PoisonError;

use uuid::Uuid;

use super::Grants;
use crate::auth::AccountGrant;
use crate::outbox::Revision;

/// One account as the projection holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAccount {
    /// The account.
    pub account_id: Uuid,
    /// The revision of the record held.
    pub revision: Revision,
    /// What it grants; None if the account is ended, erased, unreadable or bound to nobody.
    pub grant: Option<AccountGrant>,
}

impl Grants {
    /// One account, whoever's it is.
    pub fn held(&self, account_id: Uuid) -> Option<HeldAccount> {
        let table = self
            .shard(account_id)
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        table.held(account_id)
    }

    /// Every account, by id. Takes the shards one after the other, so changes may fall in between.
    pub fn all_held(&self) -> Vec<HeldAccount> {
        let shards = self.0.shards.iter();
        let mut held: Vec<HeldAccount> = shards
            .flat_map(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).all_held())
            .collect();
        held.sort_unstable_by_key(|account| account.account_id);
        held
    }
}
