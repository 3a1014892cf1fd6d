//! Month reports with what is known around them, in the order of their ids: those of a month for planning, and those of
//! a part's rows for another look before they are authorised.

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

use super::heard::answer_of;
use super::inconsistent;
use crate::domain::ids::{MonthReportId, OrganisationId, PartId, PersonId, PlacementId};
use crate::domain::month::Month;
use crate::domain::plan::{Candidate, Placement, Report, Unit};
use crate::domain::recipient::Recipient;

struct CandidateRow {
    month_report_id: MonthReportId,
    placement_id: PlacementId,
    person_id: PersonId,
    organisation_id: OrganisationId,
    revision: i32,
    credited_minutes: i32,
    answer: String,
    first_on: Option<Day>,
    last_on: Option<Day>,
    interrupted_on: Option<Day>,
    is_interrupted_before_start: Option<bool>,
    is_protected: Option<bool>,
    number: Option<String>,
    is_esf_funded: Option<bool>,
    is_training: Option<bool>,
}

/// The reports of a month after `after`, without those that the recipient has accepted in the same revision.
pub async fn of_month(
    connection: &mut PgConnection,
    (month, recipient): (Month, Recipient),
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Candidate>, DbError> {
    let rows = sqlx::query_as!(
        CandidateRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", report.placement_id as "placement_id: PlacementId",
            report.person_id as "person_id: PersonId", organisation_id as "organisation_id: OrganisationId", revision,
            credited_minutes, answer, first_on as "first_on?", last_on as "last_on?", interrupted_on,
            is_interrupted_before_start as "is_interrupted_before_start?", is_protected as "is_protected?",
            number as "number?", is_esf_funded as "is_esf_funded?", is_training as "is_training?"
        from month_reports report
            left join placements using (placement_id)
            left join units using (unit_id)
            left join organisations using (organisation_id)
        where month_on = $1 and ($2::uuid is null or month_report_id > $2)
            and not exists (
                select from run_rows sent
                where sent.month_report_id = report.month_report_id and sent.recipient = $3
                    and sent.revision = report.revision and sent.state = 'receipted'
            )
        order by month_report_id limit $4
        "#,
        Day(month.first_day()) as _,
        after as _,
        recipient.code(),
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// What is known now of the planned rows of a part after `after`. A report that is gone is left out.
pub async fn of_part(
    connection: &mut PgConnection,
    part: PartId,
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Candidate>, DbError> {
    let rows = sqlx::query_as!(
        CandidateRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", report.placement_id as "placement_id: PlacementId",
            report.person_id as "person_id: PersonId", report.organisation_id as "organisation_id: OrganisationId",
            report.revision, report.credited_minutes, answer, placements.first_on as "first_on?",
            placements.last_on as "last_on?", interrupted_on,
            is_interrupted_before_start as "is_interrupted_before_start?", is_protected as "is_protected?",
            number as "number?", is_esf_funded as "is_esf_funded?", organisations.is_training as "is_training?"
        from run_rows planned
            join month_reports report using (month_report_id)
            left join placements on placements.placement_id = report.placement_id
            left join units using (unit_id)
            left join organisations on organisations.organisation_id = report.organisation_id
        where part_id = $1 and state = 'planned' and ($2::uuid is null or month_report_id > $2)
        order by month_report_id limit $3
        "#,
        part as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

impl TryFrom<CandidateRow> for Candidate {
    type Error = Inconsistency;

    fn try_from(row: CandidateRow) -> Result<Self, Inconsistency> {
        let report = Report {
            id: row.month_report_id,
            revision: row.revision,
            placement: row.placement_id,
            person: row.person_id,
            organisation: row.organisation_id,
            credited_minutes: row.credited_minutes,
            answer: answer_of(&row.answer)
                .ok_or_else(|| inconsistent("month_reports", "answer", row.month_report_id))?,
        };
        let placement = match (
            row.first_on,
            row.last_on,
            row.is_interrupted_before_start,
            row.is_protected,
        ) {
            (Some(first_on), Some(last_on), Some(is_interrupted_before_start), Some(is_protected)) => {
                Some(Placement {
                    first_on: first_on.into(),
                    last_on: last_on.into(),
                    interrupted_on: row.interrupted_on.map(Into::into),
                    is_interrupted_before_start,
                    is_protected,
                })
            }
            _ => None,
        };
        let unit = row
            .number
            .zip(row.is_esf_funded)
            .map(|(number, is_esf_funded)| Unit {
                number,
                is_esf_funded,
            });
        Ok(Self {
            report,
            placement,
            unit,
            is_training: row.is_training,
        })
    }
}
