//! The ledger: rows that were sent or tried to be. It is only ever added to.

use jiff::Timestamp;
use platform::db::{Day, DbError, Inconsistency, Instant, Tx};
use uuid::Uuid;

use super::{hash, inconsistent, month, recipient};
use crate::domain::explain::SentRevision;
use crate::domain::ids::{ConsentId, MonthReportId, PartId, PersonId, PlacementId};
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::domain::report::MonthReport;
use crate::domain::sending::{Outcome, Sending, Whereabouts};
use crate::domain::withdrawal::SentRow;

/// A row of the ledger as its person sees it.
#[derive(Clone, Debug)]
pub struct Disclosed {
    pub part: PartId,
    pub attempt: i32,
    pub report: MonthReportId,
    pub revision: i32,
    pub content_hash: Vec<u8>,
    pub placement: PlacementId,
    pub month: Month,
    pub recipient: Recipient,
    pub consent: ConsentId,
    pub sending: Sending,
    /// Outcome of the row that export tells of the part, with this revision.
    pub told: Option<String>,
}

struct LedgerRow {
    part_id: PartId,
    attempt: i32,
    month_report_id: MonthReportId,
    revision: i32,
    content_hash: Vec<u8>,
    placement_id: PlacementId,
    month: Day,
    recipient: String,
    consent_id: ConsentId,
    begun_at: Instant,
    valid_until: Instant,
    sealed_hash: Vec<u8>,
    outcome: Option<String>,
    told: Option<String>,
}

/// Reads rows of the ledger with what became of them; what follows is the rest of the statement and its arguments.
macro_rules! select {
    ($tail:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            LedgerRow,
            r#"select part_id as "part_id: PartId", attempt, ledger.month_report_id as "month_report_id: MonthReportId",
            ledger.revision, content_hash, placement_id as "placement_id: PlacementId", month, ledger.recipient,
            consent_id as "consent_id: ConsentId", sendings.begun_at, valid_until, sealed_hash,
            sendings.outcome, told.outcome as "told?"
        from disclosures ledger join sendings using (part_id, attempt)
            left join delivery_rows told on told.delivery_id = part_id
                and told.month_report_id = ledger.month_report_id and told.revision = ledger.revision
        "# + $tail
            $($arguments)*
        )
    };
}

/// Where a list of disclosures goes on.
pub type Position = (i64, Uuid, i32, Uuid);

/// Adds the rows of an attempt, all in one statement.
pub async fn append(
    tx: &mut Tx,
    (part, recipient): (PartId, Recipient),
    sending: &Sending,
    rows: &[(&MonthReport, ConsentId)],
) -> Result<(), DbError> {
    let reports: Vec<MonthReportId> = rows.iter().map(|(report, _)| report.id).collect();
    let revisions: Vec<i32> = rows.iter().map(|(report, _)| report.revision).collect();
    let hashes: Vec<&[u8]> = rows
        .iter()
        .map(|(report, _)| report.content_hash.as_slice())
        .collect();
    let placements: Vec<PlacementId> = rows.iter().map(|(report, _)| report.placement).collect();
    let months: Vec<Day> = rows
        .iter()
        .map(|(report, _)| Day(report.month.first_day()))
        .collect();
    let persons: Vec<PersonId> = rows.iter().map(|(report, _)| report.person).collect();
    let consents: Vec<ConsentId> = rows.iter().map(|(_, consent)| *consent).collect();
    sqlx::query!(
        "insert into disclosures (part_id, attempt, recipient, begun_at, month_report_id, revision, content_hash,
            placement_id, month, person_id, consent_id)
        select $1, $2, $3, $4, * from unnest($5::uuid[], $6::integer[], $7::bytea[], $8::uuid[], $9::date[],
            $10::uuid[], $11::uuid[])",
        part as _,
        sending.attempt,
        recipient.code(),
        Instant::from(sending.begun_at) as _,
        &reports as _,
        &revisions,
        &hashes as _,
        &placements as _,
        &months as _,
        &persons as _,
        &consents as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Everything that was sent of the person to the recipient.
pub async fn of_person(
    tx: &mut Tx,
    persons: &[PersonId],
    recipient: Recipient,
) -> Result<Vec<SentRow>, DbError> {
    let rows = sqlx::query!(
        r#"select placement_id as "placement_id: PlacementId", month, sendings.begun_at, valid_until, outcome,
            part_id as "part_id: PartId"
        from disclosures join sendings using (part_id, attempt)
        where person_id = any($1) and recipient = $2"#,
        persons as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    let now = tx.now();
    let sent = rows.into_iter().map(|row| {
        let times = (row.begun_at, row.valid_until);
        Ok::<_, Inconsistency>(SentRow {
            month: (month(row.month), row.placement_id),
            whereabouts: whereabouts(times, row.outcome.as_deref(), row.part_id, now)?,
        })
    });
    Ok(sent.collect::<Result<_, _>>()?)
}

/// Attempts with any revision of the month, to the recipient.
pub async fn of_report(
    tx: &mut Tx,
    report: MonthReportId,
    recipient: Recipient,
) -> Result<Vec<SentRevision>, DbError> {
    let rows = sqlx::query!(
        r#"select revision, sendings.begun_at, valid_until, outcome, part_id as "part_id: PartId"
        from disclosures join sendings using (part_id, attempt)
        where month_report_id = $1 and recipient = $2 order by sendings.begun_at, part_id, attempt"#,
        report as _,
        recipient.code(),
    )
    .fetch_all(&mut **tx)
    .await?;
    let now = tx.now();
    let sent = rows.into_iter().map(|row| {
        let times = (row.begun_at, row.valid_until);
        Ok::<_, Inconsistency>(SentRevision {
            revision: row.revision,
            begun_at: row.begun_at.timestamp(),
            whereabouts: whereabouts(times, row.outcome.as_deref(), row.part_id, now)?,
        })
    });
    Ok(sent.collect::<Result<_, _>>()?)
}

/// The person's rows, newest first.
pub async fn list(
    tx: &mut Tx,
    persons: &[PersonId],
    only: Option<Recipient>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Disclosed>, DbError> {
    let (begun, part, attempt, report) = columns(after);
    let rows = select!(
        "where person_id = any($1) and ($2::text is null or ledger.recipient = $2)
            and ($3::timestamptz is null
                or (ledger.begun_at, part_id, attempt, ledger.month_report_id) < ($3, $4::uuid, $5::integer, $6::uuid))
        order by ledger.begun_at desc, part_id desc, attempt desc, ledger.month_report_id desc limit $7",
        persons as _,
        only.map(Recipient::code),
        begun as _,
        part,
        attempt,
        report,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    parse(rows)
}

/// The same, oldest first.
pub async fn since(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Disclosed>, DbError> {
    let (begun, part, attempt, report) = columns(after);
    let rows = select!(
        "where person_id = any($1)
            and ($2::timestamptz is null
                or (ledger.begun_at, part_id, attempt, ledger.month_report_id) > ($2, $3::uuid, $4::integer, $5::uuid))
        order by ledger.begun_at, part_id, attempt, ledger.month_report_id limit $6",
        persons as _,
        begun as _,
        part,
        attempt,
        report,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    parse(rows)
}

impl Disclosed {
    /// Where a list goes on after it.
    pub fn position(&self) -> Position {
        let micros = self.sending.begun_at.as_microsecond();
        (micros, self.part.as_uuid(), self.attempt, self.report.as_uuid())
    }
}

impl TryFrom<LedgerRow> for Disclosed {
    type Error = Inconsistency;

    fn try_from(row: LedgerRow) -> Result<Self, Inconsistency> {
        let sending = Sending {
            attempt: row.attempt,
            sealed_hash: hash(&row.sealed_hash, "sendings", "sealed_hash", row.part_id)?,
            begun_at: row.begun_at.timestamp(),
            valid_until: row.valid_until.timestamp(),
            outcome: outcome(row.outcome.as_deref(), row.part_id)?,
        };
        Ok(Self {
            part: row.part_id,
            attempt: row.attempt,
            report: row.month_report_id,
            revision: row.revision,
            content_hash: row.content_hash,
            placement: row.placement_id,
            month: month(row.month),
            recipient: recipient(&row.recipient, "disclosures", row.part_id)?,
            consent: row.consent_id,
            sending,
            told: row.told,
        })
    }
}

fn columns(after: Option<Position>) -> (Option<Instant>, Option<Uuid>, Option<i32>, Option<Uuid>) {
    let Some((micros, part, attempt, report)) = after else {
        return (None, None, None, None);
    };
    let begun = Timestamp::from_microsecond(micros).ok().map(Instant::from);
    (begun, Some(part), Some(attempt), Some(report))
}

fn parse(rows: Vec<LedgerRow>) -> Result<Vec<Disclosed>, DbError> {
    Ok(rows
        .into_iter()
        .map(Disclosed::try_from)
        .collect::<Result<_, _>>()?)
}

fn whereabouts(
    (begun_at, valid_until): (Instant, Instant),
    code: Option<&str>,
    part: PartId,
    now: Timestamp,
) -> Result<Whereabouts, Inconsistency> {
    let sending = Sending {
        attempt: 1,
        sealed_hash: [0; 32],
        begun_at: begun_at.timestamp(),
        valid_until: valid_until.timestamp(),
        outcome: outcome(code, part)?,
    };
    Ok(sending.whereabouts(now))
}

fn outcome(code: Option<&str>, part: PartId) -> Result<Option<Outcome>, Inconsistency> {
    code.map(|code| Outcome::from_code(code).ok_or_else(|| inconsistent("sendings", "outcome", part)))
        .transpose()
}
