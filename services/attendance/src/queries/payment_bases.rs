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

/// The page is found first, in the order of its index: joined at once, all revisions might be read for it.
async fn select(connection: &mut PgConnection, search: Search) -> Result<Vec<PaymentBasis>, DbError> {
    let ids = match search.organisation {
        Some(organisation) => ids_of(connection, search, organisation).await?,
        None => ids(connection, search).await?,
    };
    let rows = sqlx::query_as!(
        PaymentBasis,
        r#"select report.month_report_id as "report: MonthReportId", report.placement_id as "placement: PlacementId",
            report.person_id as "person: PersonId", report.organisation_id as "organisation: OrganisationId",
            report.unit_id as "unit: UnitId", revision.revision, revision.submitted_at, revision.credited_minutes
        from month_reports report join month_revisions revision on revision.month_report_id = report.month_report_id
            and revision.revision = report.latest_revision
        where report.month_report_id = any($1) order by report.month_report_id"#,
        &ids as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

// Not `month = $1`: then the primary key would give the order as well, and be read through the months before.
async fn ids(connection: &mut PgConnection, search: Search) -> Result<Vec<MonthReportId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select report.month_report_id as "id: MonthReportId"
        from month_reports report join organisations using (organisation_id)
        where (report.month, report.month_report_id) > ($1, $2) and report.month <= $1 and report.latest_revision > 0
            and not is_training
        order by report.month, report.month_report_id limit $3"#,
        Day(search.month.first_day()) as _,
        search.from(),
        search.limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

async fn ids_of(
    connection: &mut PgConnection,
    search: Search,
    organisation: OrganisationId,
) -> Result<Vec<MonthReportId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select report.month_report_id as "id: MonthReportId"
        from month_reports report join organisations using (organisation_id)
        where report.organisation_id = $4 and (report.month, report.month_report_id) > ($1, $2) and report.month <= $1
            and report.latest_revision > 0 and not is_training
        order by report.month, report.month_report_id limit $3"#,
        Day(search.month.first_day()) as _,
        search.from(),
        search.limit,
        organisation as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

impl Search {
    /// The id before all that are wanted. No report has the nil id.
    fn from(&self) -> Uuid {
        self.after.map_or(Uuid::nil(), MonthReportId::as_uuid)
    }
}
