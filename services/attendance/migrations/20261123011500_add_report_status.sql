-- How far each report has come, kept beside the answers that it follows from: a list of one state reads that state alone,
-- however rare it is. What was there before is filled in by the next migration.
alter table month_reports add column status text not null default 'not_begun'
    check (status in ('not_begun', 'draft', 'waiting', 'approved', 'rejected', 'lapsed'));

create function report_status(report uuid, latest integer, draft_saved_at timestamptz) returns text language sql stable as $$
    select coalesce(
        (select case answer when 'superseded' then 'waiting' else answer end from month_answers
            where month_report_id = report and revision = latest),
        case when draft_saved_at is null then 'not_begun' else 'draft' end)
$$;

-- Instances of the release before write reports and answers and know of no state. A default would be right for a new row
-- only, and to read an unset state from the answers would not do either: what they change had a state already, which would
-- stand there as if it held. So at the end of each of their transactions, when report and answers are both written, the
-- database sets what they left. It follows each update that leaves the state as it was; ours set it themselves, so that
-- they pay for a look at one row now and then. When no such instance can run any more, trigger and function may go.
create function keep_report_status() returns trigger language plpgsql as $$
begin
    update month_reports set status = report_status(month_report_id, latest_revision, draft_saved_at)
    where month_report_id = new.month_report_id
        and status <> report_status(month_report_id, latest_revision, draft_saved_at);
    return null;
end
$$;
create constraint trigger month_reports_status after update on month_reports deferrable initially deferred
    for each row when (new.status = old.status) execute function keep_report_status();
