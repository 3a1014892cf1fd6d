//! Attempts that were settled by hand.

use std::collections::BTreeMap;

use platform::db::{DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::{MonthReportId, PartId};
use crate::domain::receipt::RefusalCode;
use crate::domain::settlement::{Settled, SettledOutcome, Settlement, SettlementReason};

struct SettlementRow {
    part_id: PartId,
    attempt: i32,
    outcome: String,
    reason: String,
    refused_report_ids: Vec<MonthReportId>,
    refusal_codes: Vec<String>,
    settled_at: Instant,
}

/// An attempt is settled.
pub async fn insert(
    connection: &mut PgConnection,
    (part, attempt): (PartId, i32),
    settled: &Settled,
) -> Result<(), DbError> {
    let refused = settled.settlement.outcome.judged().refused;
    let reports: Vec<MonthReportId> = refused.iter().map(|(report, _)| *report).collect();
    let codes: Vec<String> = refused.iter().map(|(_, code)| code.as_str().to_owned()).collect();
    sqlx::query!(
        r#"
        insert into settlements (part_id, attempt, outcome, reason, refused_report_ids, refusal_codes, settled_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        part as _,
        attempt,
        settled.settlement.outcome.code(),
        settled.settlement.reason.code(),
        &reports as _,
        &codes,
        Instant::from(settled.at) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How the attempts of a part were settled.
pub async fn of_part(connection: &mut PgConnection, part: PartId) -> Result<BTreeMap<i32, Settled>, DbError> {
    let rows = sqlx::query_as!(
        SettlementRow,
        r#"
        select part_id as "part_id: PartId", attempt, outcome, reason,
            refused_report_ids as "refused_report_ids: Vec<MonthReportId>", refusal_codes, settled_at
        from settlements where part_id = $1
        "#,
        part as _,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.attempt, Settled::try_from(row)?)))
        .collect()
}

impl TryFrom<SettlementRow> for Settled {
    type Error = Inconsistency;

    fn try_from(row: SettlementRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("settlements", column, row.part_id);
        let codes = row
            .refusal_codes
            .iter()
            .map(|code| RefusalCode::parse(code).ok_or_else(|| wrong("refusal_codes")));
        let refused = row
            .refused_report_ids
            .iter()
            .zip(codes)
            .map(|(report, code)| Ok((*report, code?)))
            .collect::<Result<_, Inconsistency>>()?;
        let outcome = match row.outcome.as_str() {
            "delivered" => SettledOutcome::Delivered { refused },
            "absent" => SettledOutcome::Absent,
            _ => return Err(wrong("outcome")),
        };
        let reason = SettlementReason::from_code(&row.reason).ok_or_else(|| wrong("reason"))?;
        Ok(Self {
            settlement: Settlement { outcome, reason },
            at: row.settled_at.into(),
        })
    }
}
