//! The topics of staff as they can be written out again, page by page, each row locked against changes meanwhile.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::operations::republish::{CurrentState, StateSource};
use platform::outbox::OutboxRecord;

use super::publish::{
    ACCOUNT_TOPIC, ACCOUNT_TYPE, ORGANISATION_TOPIC, ORGANISATION_TYPE, UNIT_TOPIC, UNIT_TYPE,
    account_record, organisation_record, unit_record,
};
use crate::domain::ids::{AccountId, OrganisationId, UnitId};
use crate::domain::organisation::{Organisation, OrganisationKind};
use crate::store::{accounts, inconsistent, organisations, units};

struct Organisations;
struct Units;
struct Accounts;

/// All of them.
pub fn sources() -> Vec<Arc<dyn StateSource>> {
    vec![Arc::new(Organisations), Arc::new(Units), Arc::new(Accounts)]
}

#[async_trait]
impl StateSource for Organisations {
    fn topic(&self) -> &'static str {
        ORGANISATION_TOPIC
    }

    fn record_type(&self) -> &'static str {
        ORGANISATION_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| OrganisationId::parse(key).ok());
        let page = organisations::page(tx, after, limit).await?;
        Ok(page
            .iter()
            .map(|organisation| state(organisation_record(organisation)))
            .collect())
    }
}

#[async_trait]
impl StateSource for Units {
    fn topic(&self) -> &'static str {
        UNIT_TOPIC
    }

    fn record_type(&self) -> &'static str {
        UNIT_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| UnitId::parse(key).ok());
        let page = units::page(tx, after, limit).await?;
        Ok(page.iter().map(|unit| state(unit_record(unit))).collect())
    }
}

#[async_trait]
impl StateSource for Accounts {
    fn topic(&self) -> &'static str {
        ACCOUNT_TOPIC
    }

    fn record_type(&self) -> &'static str {
        ACCOUNT_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| AccountId::parse(key).ok());
        let page = accounts::page(tx, after, limit).await?;
        let ids: Vec<OrganisationId> = page.iter().map(|account| account.organisation).collect();
        let kinds: HashMap<OrganisationId, OrganisationKind> = organisations::find_all(tx, &ids)
            .await?
            .into_iter()
            .map(|Organisation { id, kind, .. }| (id, kind))
            .collect();
        let states = page.iter().map(|account| {
            let kind = kinds.get(&account.organisation);
            let kind = kind.ok_or_else(|| inconsistent("accounts", "organisation_id", account.id))?;
            Ok(state(account_record(*kind, account)))
        });
        states.collect()
    }

    fn is_aggregate(&self, key: &str) -> bool {
        AccountId::parse(key).is_ok()
    }
}

fn state(record: OutboxRecord) -> CurrentState {
    CurrentState {
        key: record.key,
        payload: record.payload.unwrap_or_default(),
    }
}
