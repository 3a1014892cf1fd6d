//! The topics of attendance as they can be written out again, page by page, each row locked against changes meanwhile.

use std::sync::Arc;

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::operations::republish::{CurrentState, StateSource};
use platform::outbox::OutboxRecord;

use super::publish::{
    ACTIVITY_TOPIC, ACTIVITY_TYPE, MONTH_REPORT_TOPIC, MONTH_REPORT_TYPE, activity_record,
    month_report_record,
};
use crate::domain::ids::MonthReportId;
use crate::store::{activities, reports};

struct Activities;
struct MonthReports;

/// All of them.
pub fn sources() -> Vec<Arc<dyn StateSource>> {
    vec![Arc::new(Activities), Arc::new(MonthReports)]
}

#[async_trait]
impl StateSource for Activities {
    fn topic(&self) -> &'static str {
        ACTIVITY_TOPIC
    }

    fn record_type(&self) -> &'static str {
        ACTIVITY_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let page = activities::lock_page(tx, after, limit).await?;
        Ok(page
            .iter()
            .map(|stored| state(activity_record(&stored.activity)))
            .collect())
    }
}

#[async_trait]
impl StateSource for MonthReports {
    fn topic(&self) -> &'static str {
        MONTH_REPORT_TOPIC
    }

    fn record_type(&self) -> &'static str {
        MONTH_REPORT_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| MonthReportId::parse(key).ok());
        let page = reports::lock_page(tx, after, limit).await?;
        Ok(page
            .iter()
            .map(|report| state(month_report_record(report)))
            .collect())
    }
}

fn state(record: OutboxRecord) -> CurrentState {
    CurrentState {
        key: record.key,
        payload: record.payload.unwrap_or_default(),
    }
}
