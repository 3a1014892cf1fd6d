//! What the agency pays for: the latest submitted revision of each month report. The participant's answer and consents are
//! no part of it. Months of organisations that only train are not paid for, nor told of until that is known.

use platform::access::{self, Depth, Reader};
use platform::db::{Database, Day, DbError, Instant};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
use crate::error::AttendanceError;

/// What to list.
#[derive(Clone, Copy)]
pub struct Search {
    pub month: Month,
    pub organisation: Option<OrganisationId>,
    pub after: Option<MonthReportId>,
    pub limit: i64,
}

/// What was reported of a placement.
pub struct PaymentBasis {
    pub report: MonthReportId,
    pub placement: PlacementId,
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub unit: UnitId,
    pub revision: i32,
    pub submitted_at: Instant,
    pub credited_minutes: i32,
}

pub async fn list(
    database: &Database,
    reader: Option<&Reader>,
    search: Search,
) -> Result<Vec<PaymentBasis>, AttendanceError> {
    database
        .transaction("attendance.list_payment_bases", async |tx| {
            let rows = select(tx, search).await?;
            if let Some(reader) = reader {
                let shown = rows.iter().take(usize::try_from(search.limit - 1).unwrap_or(0));
                let persons: Vec<Uuid> = shown.map(|row| row.person.as_uuid()).collect();
                access::record(tx, reader, "month_report", "payment", &persons, Depth::List).await?;
            }
            Ok(rows)
        })
        .await
}

async fn select(connection: &mut PgConnection, search: Search) -> Result<Vec<PaymentBasis>, DbError> {
    let rows = sqlx::query_as!(
        PaymentBasis,
        // The page first, in the order of its index: joined at once, all revisions might be read for it.
        r#"with page as materialized (
            select report.* from month_reports report join organisations using (organisation_id)
            where report.month = $1 and report.latest_revision > 0 and not is_training
                and ($2::uuid is null or report.organisation_id = $2)
                and ($3::uuid is null or report.month_report_id > $3)
            order by report.month_report_id limit $4
        )
        select page.month_report_id as "report: MonthReportId", page.placement_id as "placement: PlacementId",
            page.person_id as "person: PersonId", page.organisation_id as "organisation: OrganisationId",
            page.unit_id as "unit: UnitId", revision.revision, revision.submitted_at, revision.credited_minutes
        from page join month_revisions revision on revision.month_report_id = page.month_report_id
            and revision.revision = page.latest_revision
        order by page.month_report_id"#,
        Day(search.month.first_day()) as _,
        search.organisation as _,
        search.after as _,
        search.limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
