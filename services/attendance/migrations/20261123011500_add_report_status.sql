-- How far each report has come, kept beside the answers that it follows from: a list of one state reads that state alone,
-- however rare it is. Instances of an earlier release do not write it; what they submit or settle while both run is listed
-- under its state from its next change on.
alter table month_reports add column status text not null default 'not_begun'
    check (status in ('not_begun', 'draft', 'waiting', 'approved', 'rejected', 'lapsed'));

update month_reports report set status = coalesce(
    (select case answer when 'superseded' then 'waiting' else answer end from month_answers answered
        where answered.month_report_id = report.month_report_id and answered.revision = report.latest_revision),
    'draft')
where latest_revision > 0 or draft_saved_at is not null;

create index month_reports_of_status on month_reports (organisation_id, month, status, placement_id);

-- The last day of work, so that a list of a month passes over those that ended before it.
alter table placements add column last_day date generated always as (least(decided_to, interrupted_on - 1)) stored;
create index placements_at_work on placements (organisation_id, last_day) include (placement_id, unit_id, office_id, decided_from);
create index placements_of_office on placements (office_id, placement_id) where office_id is not null;
-- What it was for, the one above does without reading what is over.
drop index placements_of_organisation;
