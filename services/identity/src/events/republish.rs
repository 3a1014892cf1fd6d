//! Identity's state topics as they are written out again after a restore.

use async_trait::async_trait;
use platform::db::{DbError, Inconsistency, Tx};
use platform::operations::republish::{CurrentState, StateSource};
use platform::outbox::OutboxRecord;

use super::publish::{
    PERSON_TOPIC, PERSON_TYPE, SIGNATURE_TOPIC, SIGNATURE_TYPE, person_record, signature_record,
};
use crate::domain::ids::{PersonId, SignatureId};
use crate::error::Error;
use crate::store::{persons, signatures};

/// Persons, all of them.
#[derive(Clone, Copy, Debug)]
pub struct PersonSource;

/// Signatures, all of them.
#[derive(Clone, Copy, Debug)]
pub struct SignatureSource;

#[async_trait]
impl StateSource for PersonSource {
    fn topic(&self) -> &'static str {
        PERSON_TOPIC
    }

    fn record_type(&self) -> &'static str {
        PERSON_TYPE
    }

    async fn page(
        &self,
        tx: &mut Tx,
        after_key: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CurrentState>, DbError> {
        let after = after_key.and_then(|key| PersonId::parse(key).ok());
        let page = persons::page(&mut **tx, after, limit)
            .await
            .map_err(in_database)?;
        Ok(page.iter().map(|person| current(person_record(person))).collect())
    }
}

#[async_trait]
impl StateSource for SignatureSource {
    fn topic(&self) -> &'static str {
        SIGNATURE_TOPIC
    }

    fn record_type(&self) -> &'static str {
        SIGNATURE_TYPE
    }

    async fn page(
        &self,
        tx: &mut Tx,
        after_key: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CurrentState>, DbError> {
        let after = after_key.and_then(|key| SignatureId::parse(key).ok());
        let page = signatures::page(&mut **tx, after, limit)
            .await
            .map_err(in_database)?;
        Ok(page
            .iter()
            .map(|signature| current(signature_record(signature)))
            .collect())
    }
}

fn current(record: OutboxRecord) -> CurrentState {
    CurrentState {
        key: record.key,
        payload: record.payload.unwrap_or_default(),
    }
}

// Reading a page touches nothing but the database.
fn in_database(error: Error) -> DbError {
    if let Error::Db(error) = error {
        return error;
    }
    DbError::Inconsistent(Inconsistency {
        table: "persons or signatures",
        column: "any",
        key: String::new(),
    })
}
