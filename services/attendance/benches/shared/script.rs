//! The script: what is left of a saved draft and of its submission, written as fast as a simple program can, an array per
//! column where there are several rows. What the service computes (hashes, seals, records) is made up beforehand.

use std::sync::Arc;

use futures::future::BoxFuture;
use load::id;
use platform::ids::new_uuid;
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

const ORGANISATION: u32 = 0x0a00_0000;
const UNIT: u32 = 0x0b00_0000;
const PERSON: u32 = 0x0c00_0000;
const PLACEMENT: u32 = 0x0d00_0000;
const REPORT: u32 = 0x0e00_0000;
/// Its placements are those of the second organisation.
const FIRST: u64 = 10_000;
/// About what the service's weigh.
const CANONICAL: usize = 1500;
const SEALED: usize = 1400;
const RECORD: usize = 330;
const ACCESS: usize = 190;

/// The script with its connections.
pub struct Script {
    pool: PgPool,
    rows: Arc<Rows>,
}

struct Rows {
    /// Forty entries.
    days: Vec<String>,
    codes: Vec<String>,
    minutes: Vec<i32>,
    /// Twenty days, each with the arrays of its row.
    dates: Vec<String>,
    day_codes: Vec<String>,
    day_minutes: Vec<String>,
}

impl Script {
    pub async fn open(url: &str, connections: u32) -> Self {
        let options = PgPoolOptions::new().max_connections(connections);
        Self {
            pool: options.connect(url).await.unwrap(),
            rows: Arc::new(Rows::new()),
        }
    }

    /// Saves or submits the month of the placement of that number.
    #[expect(
        clippy::disallowed_methods,
        reason = "it shall be bare: no name, no retry, no measure"
    )]
    pub fn act(&self, is_submission: bool, number: usize) -> BoxFuture<'static, ()> {
        let (pool, rows) = (self.pool.clone(), Arc::clone(&self.rows));
        let number = u64::try_from(number).unwrap();
        Box::pin(async move {
            let mut tx = pool.begin().await.unwrap();
            if is_submission {
                submit(&mut tx, number, &rows).await;
                tell(&mut tx, number).await;
            } else {
                save(&mut tx, number, &rows).await;
            }
            tx.commit().await.unwrap();
        })
    }
}

impl Rows {
    fn new() -> Self {
        let days: Vec<String> = (0..4)
            .flat_map(|week| (2..7).map(move |day| format!("2026-02-{:02}", week * 7 + day)))
            .collect();
        Self {
            days: days.iter().flat_map(|day| [day.clone(), day.clone()]).collect(),
            codes: days
                .iter()
                .flat_map(|_| ["VAGLEDNING".to_owned(), "WORKSHOP".to_owned()])
                .collect(),
            minutes: vec![180; 2 * days.len()],
            day_codes: vec!["{VAGLEDNING,WORKSHOP}".to_owned(); days.len()],
            day_minutes: vec!["{180,180}".to_owned(); days.len()],
            dates: days,
        }
    }
}

async fn save(tx: &mut Transaction<'static, Postgres>, number: u64, rows: &Rows) {
    sqlx::query(
        "insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set,
            etag, draft_saved_at)
        values ($1, $2, '2026-02-01', $3, $4, $5, 'cooperation_history', 1, now())",
    )
    .bind(id(REPORT, number))
    .bind(id(PLACEMENT, FIRST + number))
    .bind(id(PERSON, FIRST + number))
    .bind(id(ORGANISATION, 1))
    .bind(id(UNIT, 1))
    .execute(&mut **tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into draft_entries (month_report_id, day, activity_code, minutes, credited_minutes)
        select $1, * from unnest($2::text[]::date[], $3::text[], $4::integer[], $4::integer[])",
    )
    .bind(id(REPORT, number))
    .bind(&rows.days)
    .bind(&rows.codes)
    .bind(&rows.minutes)
    .execute(&mut **tx)
    .await
    .unwrap();
}

async fn submit(tx: &mut Transaction<'static, Postgres>, number: u64, rows: &Rows) {
    let report = id(REPORT, number);
    for statement in [
        "update month_reports set etag = 2, draft_saved_at = null, latest_revision = 1, revision_epoch = 1, revision_n = 1
        where month_report_id = $1",
        "delete from draft_entries where month_report_id = $1",
    ] {
        sqlx::query(statement).bind(report).execute(&mut **tx).await.unwrap();
    }
    sqlx::query(
        "with revision as (
            insert into month_revisions (month_report_id, revision, content_hash, canonical, credited_minutes,
                submitted_at, answer_before)
            values ($1, 1, $2, $3, 7200, now(), now() + interval '3 months')
        )
        insert into month_answers (month_report_id, revision, answer) values ($1, 1, 'waiting')",
    )
    .bind(report)
    .bind(vec![7_u8; 32])
    .bind(vec![b'x'; CANONICAL])
    .execute(&mut **tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into month_days (month, month_report_id, revision, day, activity_codes, minutes, credited,
            credited_minutes, cap_minutes, period_from, period_to)
        select '2026-02-01', $1, 1, day::date, codes::text[], minutes::integer[], minutes::integer[], 360, 480,
            '2026-01-12', '2026-06-30'
        from unnest($2::text[], $3::text[], $4::text[]) given (day, codes, minutes)",
    )
    .bind(report)
    .bind(&rows.dates)
    .bind(&rows.day_codes)
    .bind(&rows.day_minutes)
    .execute(&mut **tx)
    .await
    .unwrap();
}

/// The records for others, the line of the audit, the job that lets the month lapse, the kept answer.
async fn tell(tx: &mut Transaction<'static, Postgres>, number: u64) {
    let report = id(REPORT, number).to_string();
    sqlx::query(
        "with revision as (insert into platform.revisions (topic, key, n) values ('attendance.month-report.v1', $1, 1))
        insert into platform.outbox (topic, key, record_type, payload, epoch, n, event_id, occurred_at)
        values ('attendance.month-report.v1', $1, 'se.deltaga.attendance.month-report.v1', $2, 1, 1, $3, now()),
            ('audit.access.v1', $4, 'se.deltaga.audit.access.v1', $5, 1, 1, $6, now())",
    )
    .bind(&report)
    .bind(vec![7_u8; RECORD])
    .bind(fresh())
    .bind(id(PERSON, FIRST + number).to_string())
    .bind(vec![7_u8; ACCESS])
    .bind(fresh())
    .execute(&mut **tx)
    .await
    .unwrap();
    sqlx::query(
        "with line as (
            insert into platform.audit_lines (occurred_at, actor_kind, actor_id, account_id, organisation_id, action,
                subject_kind, subject_id, details)
            values (now(), 'staff', $1, $2, $3, 'attendance.submit_month', 'month_report', $4,
                '{\"revision\": 1, \"rows\": 40}')
            returning line_id
        )
        insert into platform.audit_unsealed select line_id from line",
    )
    .bind(fresh().to_string())
    .bind(fresh())
    .bind(id(ORGANISATION, 1))
    .bind(&report)
    .execute(&mut **tx)
    .await
    .unwrap();
    sqlx::query(
        "with job as (
            insert into platform.jobs (job_id, kind, key, payload, due_at, enqueued_at)
            values ($1, 'attendance.lapse_month', $2, '{}', now() + interval '3 months', now())
        )
        insert into platform.requests (principal, method, request_id, request_hash, sealed_response, expires_at)
        values ('staff script', 'deltaga.attendance.v1.MonthService/SubmitMonth', $3, $4, $5, now() + interval '1 day')",
    )
    .bind(fresh())
    .bind(&report)
    .bind(fresh())
    .bind(vec![7_u8; 32])
    .bind(vec![7_u8; SEALED])
    .execute(&mut **tx)
    .await
    .unwrap();
}

fn fresh() -> Uuid {
    new_uuid(
        &platform::clock::SystemClock::new(),
        &platform::clock::SystemEntropy,
    )
}
