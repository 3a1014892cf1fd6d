//! Deliveries as export tells of them.

use platform::db::{Day, DbError, Inconsistency, Instant, Tx};

use super::inconsistent;
use crate::domain::explain::{DeliveredRow, RowOutcome, Withholding};
use crate::domain::ids::{DeliveryId, MonthReportId};
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;

const TABLE: &str = "delivery_rows";

/// A delivery as it is told.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: DeliveryId,
    pub is_part: bool,
    pub recipient: Recipient,
    pub month: Month,
    pub sent_at: Option<Instant>,
    pub receipted_at: Option<Instant>,
    pub rows: Vec<ToldRow>,
}

/// A row of it; codes are those of the columns.
#[derive(Clone, Debug)]
pub struct ToldRow {
    pub report: MonthReportId,
    pub revision: i32,
    pub outcome: &'static str,
    pub reason: Option<&'static str>,
    pub refusal_code: String,
}

/// What export told of any revision of the month, for the recipient.
pub async fn of_report(
    tx: &mut Tx,
    report: MonthReportId,
    recipient: Recipient,
) -> Result<Vec<DeliveredRow>, DbError> {
    let rows = sqlx::query!(
        r#"select delivery_id as "delivery_id: DeliveryId", revision, outcome, reason, refusal_code, receipted_at
        from delivery_rows join deliveries using (delivery_id)
        where month_report_id = $1 and recipient = $2 order by delivery_id"#,
        report as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    let told = rows.into_iter().map(|row| {
        let outcome = match (row.outcome.as_str(), row.reason.as_deref()) {
            ("withheld", reason) => reason
                .and_then(withholding)
                .map_or(RowOutcome::Other, RowOutcome::Withheld),
            ("in_transfer" | "delivered", _) => RowOutcome::Other,
            ("receipted", _) => RowOutcome::Receipted,
            ("refused", _) => RowOutcome::Refused {
                code: row.refusal_code,
            },
            _ => return Err(inconsistent(TABLE, "outcome", row.delivery_id)),
        };
        Ok::<_, Inconsistency>(DeliveredRow {
            revision: row.revision,
            outcome,
            receipted_at: row.receipted_at.map(Instant::timestamp),
        })
    });
    Ok(told.collect::<Result<_, _>>()?)
}

/// Makes what is held of the delivery equal to it, in three statements whatever the number of rows.
pub async fn put(tx: &mut Tx, delivery: &Delivery) -> Result<(), DbError> {
    sqlx::query!(
        "insert into deliveries (delivery_id, is_part, recipient, month, sent_at, receipted_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (delivery_id) do update set is_part = excluded.is_part, recipient = excluded.recipient,
            month = excluded.month, sent_at = excluded.sent_at, receipted_at = excluded.receipted_at",
        delivery.id as _,
        delivery.is_part,
        delivery.recipient.code(),
        Day(delivery.month.first_day()) as _,
        delivery.sent_at as _,
        delivery.receipted_at as _,
    )
    .execute(&mut **tx)
    .await?;
    put_rows(tx, delivery).await
}

async fn put_rows(tx: &mut Tx, delivery: &Delivery) -> Result<(), DbError> {
    let reports: Vec<MonthReportId> = delivery.rows.iter().map(|row| row.report).collect();
    let revisions: Vec<i32> = delivery.rows.iter().map(|row| row.revision).collect();
    let outcomes: Vec<&str> = delivery.rows.iter().map(|row| row.outcome).collect();
    let reasons: Vec<Option<&str>> = delivery.rows.iter().map(|row| row.reason).collect();
    let codes: Vec<&str> = delivery
        .rows
        .iter()
        .map(|row| row.refusal_code.as_str())
        .collect();
    sqlx::query!(
        "delete from delivery_rows held where delivery_id = $1
            and not exists (select from unnest($2::uuid[]) kept (id) where kept.id = held.month_report_id)",
        delivery.id as _,
        &reports as _,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into delivery_rows as held (delivery_id, month_report_id, revision, outcome, reason, refusal_code)
        select $1, * from unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[])
        on conflict (delivery_id, month_report_id) do update set revision = excluded.revision,
            outcome = excluded.outcome, reason = excluded.reason, refusal_code = excluded.refusal_code
        where (held.revision, held.outcome, held.reason, held.refusal_code)
            is distinct from (excluded.revision, excluded.outcome, excluded.reason, excluded.refusal_code)",
        delivery.id as _,
        &reports as _,
        &revisions,
        &outcomes as _,
        &reasons as _,
        &codes as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: DeliveryId) -> Result<(), DbError> {
    sqlx::query!("delete from deliveries where delivery_id = $1", id as _)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Withholding {
    pub const ALL: [Self; 5] = [
        Self::Training,
        Self::NotEsfFunded,
        Self::ProtectedIdentity,
        Self::InterruptedBeforeStart,
        Self::PersonUnknown,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::NotEsfFunded => "not_esf_funded",
            Self::ProtectedIdentity => "protected_identity",
            Self::InterruptedBeforeStart => "interrupted_before_start",
            Self::PersonUnknown => "person_unknown",
        }
    }
}

fn withholding(code: &str) -> Option<Withholding> {
    Withholding::ALL.into_iter().find(|reason| reason.code() == code)
}
